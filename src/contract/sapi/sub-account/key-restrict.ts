import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { required, Type } from '../../schema.ts';
import { ipAddress, namedKey, restrictionFields } from './key-fields.ts';

export const unrestricted = 1;
export const trustedOnly = 2;

/** Restricts a key of a sub-account to addresses, which are added to those that it has, or lifts the restriction. */
export const restrictSubAccountKey = operation({
  id: 'restrictSubAccountKey',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v2/sub-account/subAccountApi/ipRestriction'],
  permission: 'trading',
  weights: { account: 3000 },
  masterOnly: true,
  summary: 'Update IP restriction for sub-account API key.',
  parameters: {
    ...namedKey,
    status: required.integer({
      description: `${unrestricted}: the key can be used from any address; ${trustedOnly}: only from trusted ones.`,
      allowed: [unrestricted, trustedOnly],
    }),
    ipAddress: ipAddress.optional,
  },
  reply: Type.Object({ status: Type.String({ enum: ['1', '2'] }), ...restrictionFields }),
  errors: ['sub-account-unrelated'],
});
