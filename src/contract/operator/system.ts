/** The maintenance switch and the settings of the whole exchange. */
import { operatorOperation } from '../operator-operation.ts';
import { Type } from '../schema.ts';
import { amountInput, orNull, whyChanged } from './fields.ts';

const status = Type.Unsafe<0 | 1>({
  type: 'integer',
  enum: [0, 1],
  description: '0: normal, 1: system maintenance',
});
const systemStatus = Type.Object({ status, msg: Type.String() });
const dustLimitBtc = orNull(amountInput("Largest value of one asset's dust, in BTC; null: no limit."));
const dustIntervalHours = Type.Integer({
  description: 'An account converts dust once in so many hours; 0: as often as it likes.',
  minimum: 0,
  maximum: 8760,
});
/** Shown by the settings and changed by an operation of its own. */
const systemStatusShown = Type.Object(
  { status, msg: Type.String({ maxLength: 200 }) },
  {
    additionalProperties: false,
    description: 'As GET shows it, if at all; PUT /operator/v1/system-status changes it.',
  },
);
const settings = Type.Object({ systemStatus, dustLimitBtc, dustIntervalHours });

export const putSystemStatus = operatorOperation({
  id: 'putSystemStatus',
  method: 'PUT',
  path: '/operator/v1/system-status',
  summary:
    'Begin or end maintenance; in maintenance the wallet operations answer 503, and no withdrawal is sent to a chain; those sent before are completed.',
  body: {
    status,
    msg: Type.Optional(
      Type.String({
        description: 'What systemStatus answers; `normal` or `system maintenance` when absent.',
        maxLength: 200,
      }),
    ),
    ...whyChanged,
  },
  reply: systemStatus,
});

export const putSettings = operatorOperation({
  id: 'putSettings',
  method: 'PUT',
  path: '/operator/v1/settings',
  summary: 'Change settings; what is absent stays as it is.',
  body: {
    systemStatus: Type.Optional(systemStatusShown),
    dustLimitBtc: Type.Optional(dustLimitBtc),
    dustIntervalHours: Type.Optional(dustIntervalHours),
    ...whyChanged,
  },
  reply: settings,
});

export const getSettings = operatorOperation({
  id: 'getSettings',
  method: 'GET',
  path: '/operator/v1/settings',
  summary: 'Settings and the system status.',
  reply: settings,
});

export const resealSecrets = operatorOperation({
  id: 'resealSecrets',
  method: 'POST',
  path: '/operator/v1/secrets/reseal',
  summary: 'Seal every API secret under the present master key, so that the other one can be thrown away.',
  body: whyChanged,
  reply: Type.Object({
    resealed: Type.Integer({ description: 'Secrets that were sealed under the other key until now.' }),
    unreadable: Type.Integer({ description: 'Secrets that neither key opens; they stay as they are.' }),
  }),
});
