/** Parameters and fields that the operations on keys of sub-accounts share. */
import { milliseconds, optional, required, Type } from '../../schema.ts';
import { subAccountEmail } from './fields.ts';

export const namedKey = {
  email: subAccountEmail,
  subAccountApiKey: required.string({ description: 'The key of the sub-account.', maximum: 64 }),
};

const addresses = {
  description: 'IP addresses or CIDR ranges, separated by commas. A key has at most 100 of them.',
  maximum: 100,
};
export const ipAddress = { required: required.list(addresses), optional: optional.list(addresses) };

export const restrictionFields = {
  ipList: Type.Array(Type.String(), {
    description: 'The addresses and ranges from which the key can be used.',
  }),
  updateTime: milliseconds('Time of the last change of the key'),
  apiKey: Type.String(),
};
export const ipRestrict = Type.String({
  enum: ['true', 'false'],
  description: 'Whether the key can be used only from the listed addresses.',
});

export const grants = {
  canTrade: optional.boolean({
    description: 'Whether the key may trade, convert dust, and send to its family.',
  }),
  canMarginLoanRepay: optional.boolean({ description: 'Only false is served.' }),
  canFuturesTrade: optional.boolean({ description: 'Only false is served.' }),
  canUniversalTransfer: optional.boolean({
    description: 'Whether the key may transfer between Spot and Funding.',
  }),
  canVanillaOptions: optional.boolean({ description: 'Only false is served.' }),
};
export const grantedFields = {
  canTrade: Type.Boolean(),
  canMarginLoanRepay: Type.Literal(false),
  canFuturesTrade: Type.Literal(false),
  canUniversalTransfer: Type.Boolean(),
  canVanillaOptions: Type.Literal(false),
};
export const changedAt = milliseconds('Time of the last change of the key');
