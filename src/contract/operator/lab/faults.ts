/** The rules of the rehearsal lab: which requests of customers go wrong, and how. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { orNull } from '../fields.ts';

const maxSeed = 2 ** 32 - 1;
const maxTimes = 1_000_000;

const id = Type.String({ description: 'The rule, for example `f_1`.', maxLength: 20 });

/** The conditions that a request must meet; a condition that is absent always applies. */
const conditions = {
  operation: Type.Optional(
    Type.String({
      description:
        'An operation id. The id of an operation of wapi means its counterparts in other dialects too; `wapi.withdraw` means this one only.',
      maxLength: 80,
    }),
  ),
  apiKey: Type.Optional(Type.String({ description: 'The key of the request.', maxLength: 100 })),
  account: Type.Optional(
    Type.String({ description: 'The e-mail of the account of this key.', maxLength: 254 }),
  ),
  asset: Type.Optional(Type.String({ description: 'The asset that the request names.', maxLength: 20 })),
  network: Type.Optional(Type.String({ description: 'The network that the request names.', maxLength: 20 })),
  nth: Type.Optional(
    Type.Integer({
      description: 'The first of the matching requests that the rule may hit, from 1.',
      minimum: 1,
      maximum: maxTimes,
    }),
  ),
};

const firing = Type.Object({
  id: Type.String(),
  source: Type.String({
    description: 'The rule; or `header` or `magic-value`: the request asked for the fault itself.',
  }),
  preset: orNull(Type.String()),
  at: milliseconds('World time of the firing'),
  requestNumber: Type.Integer({
    description: 'Number of the request since the start of the process, from 1.',
  }),
  operation: Type.String(),
  apiKey: orNull(Type.String()),
  withdrawalId: orNull(Type.String({ description: 'The withdrawal that the request has submitted.' })),
  done: Type.Boolean({ description: 'Whether the work of the request was done.' }),
});

const firings = Type.Array(firing, { description: 'The newest 1000, oldest first.' });

const rule = {
  id,
  on: Type.Object(conditions),
  do: Type.Unknown({ description: 'The preset, or the position, the ending and the later effects.' }),
  times: Type.Integer(),
  probability: Type.Number(),
  seed: Type.Integer(),
  matched: Type.Integer({ description: 'Requests that met the conditions other than `nth`.' }),
  fired: Type.Integer({ description: 'Requests that the rule has hit; 0: it never fired.' }),
  left: Type.Integer({ description: 'Number of requests that it may still hit.' }),
};

export const createLabFault = operatorOperation({
  id: 'createLabFault',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/faults',
  summary: 'Break matching requests of customers on purpose.',
  body: {
    on: Type.Optional(Type.Object(conditions, { additionalProperties: false })),
    do: Type.Unknown({
      description:
        'The name of a preset, or an object with `position` (`before`: nothing is done; `after`: everything is done), `ending` and, if something also goes wrong later, `effects`, a list of objects with `kind`. docs/lab.md describes them all.',
    }),
    times: Type.Optional(
      Type.Integer({ description: 'Requests that it hits; default 1.', minimum: 1, maximum: maxTimes }),
    ),
    probability: Type.Optional(
      Type.Number({
        description: 'Probability with which a matching request is hit; default 1.',
        minimum: 0,
        maximum: 1,
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        description: 'The same seed makes the same decisions; default random.',
        minimum: 0,
        maximum: maxSeed,
      }),
    ),
  },
  reply: Type.Object(rule),
  status: 201,
});

export const listLabFaults = operatorOperation({
  id: 'listLabFaults',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/faults',
  summary: 'List the rules of the lab, in the order in which they are tried.',
  reply: Type.Object({ faults: Type.Array(Type.Object(rule)) }),
});

export const getLabFault = operatorOperation({
  id: 'getLabFault',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/faults/{id}',
  summary: 'Get a rule of the lab with the requests that it has hit.',
  pathParameters: { id },
  reply: Type.Object({ ...rule, firings }),
  errors: ['operator-not-found'],
});

export const deleteLabFault = operatorOperation({
  id: 'deleteLabFault',
  permission: 'use-lab',
  method: 'DELETE',
  path: '/operator/v1/lab/faults/{id}',
  summary: 'Delete a rule of the lab.',
  pathParameters: { id },
  reply: Type.Object({ id, deleted: Type.Literal(true) }),
  errors: ['operator-not-found'],
});

export const deleteLabFaults = operatorOperation({
  id: 'deleteLabFaults',
  permission: 'use-lab',
  method: 'DELETE',
  path: '/operator/v1/lab/faults',
  summary: 'Delete all rules of the lab, and end its rate limits and bans.',
  reply: Type.Object({ deleted: Type.Integer({ description: 'Number of rules that were deleted.' }) }),
});

export const listLabFirings = operatorOperation({
  id: 'listLabFirings',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/firings',
  summary: 'List the requests that a fault has hit, whether by a rule, a header or an order id.',
  reply: Type.Object({ firings }),
});

export const listLabPresets = operatorOperation({
  id: 'listLabPresets',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/presets',
  summary: 'List the presets: faults with a name.',
  reply: Type.Object({
    presets: Type.Array(
      Type.Object({
        name: Type.String({ description: 'For `do` of a rule, and for the header Bursar-Fault.' }),
        requests: Type.String({ description: 'The requests that it applies to, in words.' }),
        consequence: Type.String({ description: 'What happens, and what it leads to.' }),
        source: Type.String({ description: 'Where it has been seen in practice.' }),
      }),
    ),
  }),
});
