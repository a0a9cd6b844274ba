import { reject } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/lab/effects.ts';
import type { LastingEffect } from '../../../lab/effects/effect.ts';
import { implement, labOf } from '../../handler.ts';

export const listLabEffects = implement(operations.listLabEffects, async (_input, _operator, parts) => ({
  effects: (await labOf(parts).effects.list()).map(renderEffect),
}));

export const endLabEffect = implement(operations.endLabEffect, async ({ path: { id } }, _operator, parts) => {
  const isEnded = await labOf(parts).effects.end(id);
  return isEnded ? { id, ended: true } : reject('operator-not-found', { what: `effect ${id} of the lab` });
});

function renderEffect({ id, kind, firingId, subject, begunAt, until }: LastingEffect) {
  const isOfDeposit = kind === 'deposit-history-lag';
  const withdrawalId = isOfDeposit ? null : subject;
  return {
    id,
    kind,
    firing: firingId,
    withdrawalId,
    depositId: isOfDeposit ? subject : null,
    begunAt,
    until,
  };
}
