/** The worlds of the lab: exchanges of their own in the same process, made, copied and set back in milliseconds. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { oneOf } from '../fields.ts';
import { made, name, nameRules, naming, pathParameters, snapshotId, view } from './world-fields.ts';

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
    scenario: Type.Optional(
      Type.Unsafe<object>({
        type: 'object',
        description:
          'A scenario, as `bursar scenario` reads it: it is played in the new world of a template.',
      }),
    ),
    world: Type.Optional(Type.String({ description: 'The world of the snapshot.', ...nameRules })),
    snapshot: Type.Optional(snapshotId),
    seed: Type.Optional(
      Type.Integer({
        description:
          'For the ids of records and the choices of faults. Absent: that of the scenario, or a random one.',
        minimum: 0,
        maximum: 2 ** 32 - 1,
      }),
    ),
  },
  maxBodyBytes: 4 * 1024 * 1024,
  reply: Type.Object({
    ...made.properties,
    played: Type.Optional(
      Type.Object(
        {
          startedAt: milliseconds('World time'),
          endedAt: milliseconds('World time'),
          events: Type.Array(Type.Unsafe<object>({ type: 'object' }), {
            description: 'The steps of the timeline: time, place, operation, status and reply.',
          }),
        },
        { description: 'What happened in the scenario.' },
      ),
    ),
  }),
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
  errors: ['operator-not-found', 'operator-conflict'],
});

export const deleteLabWorld = operatorOperation({
  id: 'deleteLabWorld',
  permission: 'use-lab',
  method: 'DELETE',
  path: '/operator/v1/lab/worlds/{name}',
  summary: 'Delete a world with its snapshots. Requests with its keys are rejected from then on.',
  pathParameters,
  reply: Type.Object({ name, deleted: Type.Boolean() }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const forkLabWorld = operatorOperation({
  id: 'forkLabWorld',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/worlds/{name}/fork',
  summary:
    'Copy a world as it is now into a second one, which then changes independently: books, chains, clock and random choices.',
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
    'Set a world back to what it was when it was created, with the keys that it has issued since. Firings and logged requests are dropped. `main` is the exchange itself, which on PostgreSQL becomes the demo world again.',
  pathParameters,
  reply: Type.Object(view),
  errors: ['operator-not-found', 'operator-conflict'],
});
