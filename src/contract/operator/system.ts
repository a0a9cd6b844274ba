/** System status (maintenance), the settings of the exchange, and the master key. */
import { operatorOperation } from '../operator-operation.ts';
import { Type } from '../schema.ts';
import { amountInput, optionalReason, orNull } from './fields.ts';

const status = Type.Unsafe<0 | 1>({
  type: 'integer',
  enum: [0, 1],
  description: '0: normal, 1: system maintenance',
});
const systemStatus = Type.Object({ status, msg: Type.String() });
const dustLimitBtc = orNull(amountInput('Maximum value of the dust of one asset, in BTC; null: no limit.'));
const dustIntervalHours = Type.Integer({
  description: 'Minimum number of hours between two dust conversions of an account; 0: no minimum.',
  minimum: 0,
  maximum: 8760,
});
const whitelistDelayHours = Type.Integer({
  description:
    'Hours after which an address that was whitelisted in an address book counts as whitelisted; 0: at once. It applies to existing entries too.',
  minimum: 0,
  maximum: 8760,
});
const addressPoolMinimum = Type.Integer({
  description:
    'Of the imported deposit addresses of a manual network: with fewer left for customers, operators are warned.',
  minimum: 0,
  maximum: 1_000_000,
});
/** The settings show it; a separate operation changes it. */
const systemStatusShown = Type.Object(
  { status, msg: Type.String({ maxLength: 200 }) },
  {
    additionalProperties: false,
    description:
      'Optional; must equal the value that GET returns. Use PUT /operator/v1/system-status to change it.',
  },
);
const settings = Type.Object({
  systemStatus,
  dustLimitBtc,
  dustIntervalHours,
  whitelistDelayHours,
  addressPoolMinimum,
});

export const putSystemStatus = operatorOperation({
  id: 'putSystemStatus',
  permission: 'change-rules',
  method: 'PUT',
  path: '/operator/v1/system-status',
  summary:
    'Begin or end maintenance. During maintenance the wallet operations return 503 and no withdrawal is sent to a chain; withdrawals that were already sent complete.',
  body: {
    status,
    msg: Type.Optional(
      Type.String({
        description: 'The msg of systemStatus; `normal` or `system maintenance` when absent.',
        maxLength: 200,
      }),
    ),
    ...optionalReason,
  },
  reply: systemStatus,
  errors: ['operator-conflict'],
});

export const putSettings = operatorOperation({
  id: 'putSettings',
  permission: 'change-rules',
  method: 'PUT',
  path: '/operator/v1/settings',
  summary: 'Change settings. Absent fields stay unchanged.',
  body: {
    systemStatus: Type.Optional(systemStatusShown),
    dustLimitBtc: Type.Optional(dustLimitBtc),
    dustIntervalHours: Type.Optional(dustIntervalHours),
    whitelistDelayHours: Type.Optional(whitelistDelayHours),
    addressPoolMinimum: Type.Optional(addressPoolMinimum),
    ...optionalReason,
  },
  reply: settings,
  errors: ['operator-conflict'],
});

export const getSettings = operatorOperation({
  id: 'getSettings',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/settings',
  summary: 'Get the settings and the system status.',
  reply: settings,
});

export const resealSecrets = operatorOperation({
  id: 'resealSecrets',
  permission: 'manage-secrets',
  method: 'POST',
  path: '/operator/v1/secrets/reseal',
  summary:
    'Encrypt every API secret under the current master key, so that the previous key can be destroyed.',
  body: optionalReason,
  reply: Type.Object({
    resealed: Type.Integer({ description: 'Number of secrets that were encrypted under the previous key.' }),
    unreadable: Type.Integer({
      description: 'Number of secrets that neither key can decrypt; they stay unchanged.',
    }),
  }),
});
