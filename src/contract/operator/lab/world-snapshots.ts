/** Snapshots of the worlds of the lab: to keep, to restore, and to compare with. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';
import { pathParameters, snapshotId, view } from './world-fields.ts';

const snapshot = Type.Object({
  id: snapshotId,
  label: orNull(Type.String()),
  at: milliseconds('World time, which a restore leads back to'),
  createdAt: milliseconds('Machine time of its creation'),
  bytes: Type.Integer({ description: 'The size of its image.' }),
});

export const createLabSnapshot = operatorOperation({
  id: 'createLabSnapshot',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds/{name}/snapshots',
  summary: 'Keep a world as it is now, so that it can be restored.',
  pathParameters,
  body: {
    label: Type.Optional(Type.String({ description: 'Text for people.', minLength: 1, maxLength: 100 })),
  },
  reply: snapshot,
  status: 201,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listLabSnapshots = operatorOperation({
  id: 'listLabSnapshots',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/worlds/{name}/snapshots',
  summary: 'List the snapshots of a world.',
  pathParameters,
  reply: Type.Object({ snapshots: Type.Array(snapshot, { description: 'Oldest first.' }) }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const restoreLabWorld = operatorOperation({
  id: 'restoreLabWorld',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds/{name}/restore',
  summary:
    'Set a world back to a snapshot, with the keys that it has issued since. Its time is that of the snapshot. Firings and logged requests are dropped.',
  pathParameters,
  body: { snapshot: snapshotId },
  reply: Type.Object(view),
  errors: ['operator-not-found', 'operator-conflict'],
});

const stage = (description: string) => orNull(Type.String({ description }));
const change = oneOf(['added', 'changed'], 'Whether it did not exist before.');
const movement = Type.Object({
  id: Type.String(),
  email: Type.String(),
  asset: Type.String(),
  network: Type.String(),
  amount: Type.String(),
  change,
  before: stage('Its stage then; null: it did not exist.'),
  after: Type.String({ description: 'Its stage now.' }),
});
const balance = Type.Object({ free: Type.String(), held: Type.String() });

export const diffLabWorld = operatorOperation({
  id: 'diffLabWorld',
  method: 'GET',
  path: '/operator/v1/lab/worlds/{name}/diff',
  permission: 'use-lab',
  summary:
    'Show which accounts, withdrawals, deposits and balances of a world have changed since a snapshot.',
  pathParameters,
  query: {
    snapshot: Type.Optional(
      Type.String({
        description: 'Absent: since the world was created.',
        minLength: 1,
        maxLength: 20,
      }),
    ),
  },
  reply: Type.Object({
    since: orNull(Type.String({ description: 'The snapshot.' })),
    accounts: Type.Array(Type.Object({ email: Type.String(), change })),
    withdrawals: Type.Array(movement),
    deposits: Type.Array(movement),
    balances: Type.Array(
      Type.Object({
        email: Type.String(),
        asset: Type.String(),
        wallet: Type.String(),
        before: balance,
        after: balance,
      }),
    ),
    omitted: Type.Integer({ description: 'Changes that are left out: of each kind, 1000 are listed.' }),
  }),
  errors: ['operator-not-found', 'operator-conflict'],
});
