/** The worlds of the lab: exchanges of their own in the same process, made, copied and set back in milliseconds. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';

const nameRules = {
  pattern: '^[a-z0-9][a-z0-9-]{0,39}$',
  patternInWords: '1 to 40 lower-case letters, digits and hyphens, of which the first is not a hyphen',
  maxLength: 40,
};
const name = Type.String({ description: 'The world.', ...nameRules });
const pathParameters = { name };

const snapshotId = Type.String({
  description: 'The snapshot, for example `s_1`.',
  minLength: 1,
  maxLength: 20,
});

const naming = {
  name: Type.Optional(Type.String({ description: 'Absent: the lab makes one up.', ...nameRules })),
  timeToLive: Type.Optional(
    Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      description:
        'After so long without a use, the world is deleted: milliseconds of the machine, or a text such as "10m". Absent: never.',
      minimum: 1,
      maximum: 8_640_000_000_000_000,
      pattern: '^([0-9]{1,9}(ms|s|m|h|d))+$',
      patternInWords: 'milliseconds, or a duration such as "2m", "1h30m" or "1d", which is not negative',
      maxLength: 50,
      examples: ['10m'],
    }),
  ),
};

const view = {
  name,
  from: Type.String({
    description: 'What it is made of: the template demo or empty, or the world of which it is a copy.',
  }),
  seed: Type.Integer({ description: 'Repeats the ids of records and the choices of faults.' }),
  timeToLiveMs: orNull(Type.Integer({ description: 'Without a use, in ms; null: for ever.' })),
  createdAt: milliseconds('Machine time of its creation'),
  usedAt: milliseconds('Machine time of its last use'),
  awake: Type.Boolean({
    description: 'Whether it has connections and timers. It sleeps while nobody uses it and nothing is due.',
  }),
  bytes: Type.Integer({ description: 'The size of its last image.' }),
  snapshots: Type.Integer({ description: 'How many there are.' }),
  parked: Type.Integer({
    description:
      'Withdrawals that were under way when it was forked. Nothing of them is sent before it is used, and then only to its own chains.',
  }),
};

const made = Type.Object({
  ...view,
  apiKeys: Type.Array(
    Type.Object({ email: Type.String(), apiKey: Type.String(), secretKey: Type.String() }),
    {
      description:
        'New keys of the accounts that have keys, at most 100. Requests with them go to this world. Shown only here.',
    },
  ),
});

export const createLabWorld = operatorOperation({
  id: 'createLabWorld',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds',
  summary: 'Create a world of a template or a snapshot.',
  body: {
    ...naming,
    from: Type.Optional(
      oneOf(
        ['demo', 'empty', 'snapshot'],
        '`demo`, also when absent: the demo world. `empty`: neither assets nor accounts. `snapshot`: of another world.',
      ),
    ),
    world: Type.Optional(Type.String({ description: 'The world of the snapshot.', ...nameRules })),
    snapshot: Type.Optional(snapshotId),
    seed: Type.Optional(
      Type.Integer({
        description: 'For the ids of records and the choices of faults. Absent: a random one.',
        minimum: 0,
        maximum: 2 ** 32 - 1,
      }),
    ),
  },
  reply: made,
  status: 201,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listLabWorlds = operatorOperation({
  id: 'listLabWorlds',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/worlds',
  summary: 'List the worlds.',
  reply: Type.Object({
    worlds: Type.Array(Type.Object(view), { description: 'Oldest first.' }),
    bytes: Type.Integer({ description: 'The size of all images and snapshots; shared ones count once.' }),
  }),
});

export const getLabWorld = operatorOperation({
  id: 'getLabWorld',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/worlds/{name}',
  summary: 'Show a world.',
  pathParameters,
  reply: Type.Object(view),
  errors: ['operator-not-found'],
});

export const deleteLabWorld = operatorOperation({
  id: 'deleteLabWorld',
  permission: 'use-lab',
  method: 'DELETE',
  path: '/operator/v1/lab/worlds/{name}',
  summary: 'Delete a world with its snapshots. Requests with its keys are rejected from then on.',
  pathParameters,
  reply: Type.Object({ name, deleted: Type.Boolean() }),
  errors: ['operator-not-found'],
});

export const forkLabWorld = operatorOperation({
  id: 'forkLabWorld',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds/{name}/fork',
  summary:
    'Copy a world as it is now into a second one, which goes on by itself: books, chains, clock and random choices.',
  pathParameters,
  body: naming,
  reply: made,
  status: 201,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const resetLabWorld = operatorOperation({
  id: 'resetLabWorld',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds/{name}/reset',
  summary:
    'Set a world back to what it was when it was created, with the keys that it has issued since. Firings and logged requests are dropped.',
  pathParameters,
  reply: Type.Object(view),
  errors: ['operator-not-found'],
});

const snapshot = Type.Object({
  id: snapshotId,
  label: orNull(Type.String()),
  at: milliseconds('World time'),
  createdAt: milliseconds('Machine time'),
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
    label: Type.Optional(Type.String({ description: 'For people.', minLength: 1, maxLength: 100 })),
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
  errors: ['operator-not-found'],
});

export const restoreLabWorld = operatorOperation({
  id: 'restoreLabWorld',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds/{name}/restore',
  summary:
    'Set a world back to a snapshot, with the keys that it has issued since. Its time goes on from that of the snapshot. Firings and logged requests are dropped.',
  pathParameters,
  body: { snapshot: snapshotId },
  reply: Type.Object(view),
  errors: ['operator-not-found'],
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
  errors: ['operator-not-found'],
});

const sqlite = (description: string) =>
  Type.String({
    description,
    pattern: '^[A-Za-z0-9+/]+={0,2}$',
    patternInWords: 'base64',
  });

export const exportLabWorld = operatorOperation({
  id: 'exportLabWorld',
  method: 'GET',
  path: '/operator/v1/lab/worlds/{name}/export',
  permission: 'use-lab',
  summary:
    'Export a world as one SQLite file, with its chains, clock and faults. `bursar verify` reads it, and any server with the lab imports it.',
  pathParameters,
  reply: Type.Object({
    name,
    bytes: Type.Integer({ description: 'The size of the file.' }),
    sqlite: sqlite('The file in base64.'),
  }),
  errors: ['operator-not-found'],
});

export const importLabWorld = operatorOperation({
  id: 'importLabWorld',
  method: 'POST',
  path: '/operator/v1/lab/imported-worlds',
  permission: 'use-lab',
  summary: 'Create a world from an exported file.',
  body: { ...naming, sqlite: sqlite('The file in base64, at most 64 MB.') },
  maxBodyBytes: 96 * 1024 * 1024,
  reply: made,
  status: 201,
  errors: ['operator-conflict'],
});
