/** The effects of faults that last after the reply. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { orNull } from '../fields.ts';

const id = Type.String({ description: 'The effect, for example `e_1`.', maxLength: 20 });

const effect = Type.Object({
  id,
  kind: Type.String({
    description: '`history-lag`, `status-late`, `stuck` or `deposit-history-lag`, described in docs/lab.md.',
  }),
  firing: Type.String({ description: 'The firing of the fault that has this effect, for example `i_1`.' }),
  withdrawalId: orNull(Type.String()),
  depositId: orNull(Type.String()),
  begunAt: milliseconds('World time'),
  until: orNull(milliseconds('World time at which it ends; null: it is ended by hand, or not known yet')),
});

export const listLabEffects = operatorOperation({
  id: 'listLabEffects',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/effects',
  summary: 'List the later effects of faults that are in force.',
  reply: Type.Object({ effects: Type.Array(effect) }),
});

export const endLabEffect = operatorOperation({
  id: 'endLabEffect',
  permission: 'use-lab',
  method: 'DELETE',
  path: '/operator/v1/lab/effects/{id}',
  summary: 'End an effect: hidden rows are shown, and blocks take a stuck transaction.',
  pathParameters: { id },
  reply: Type.Object({ id, ended: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
