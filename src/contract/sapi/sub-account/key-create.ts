import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, required, Type } from '../../schema.ts';
import { subAccountEmail } from './fields.ts';
import { grantedFields, grants, ipAddress } from './key-fields.ts';
import { trustedOnly, unrestricted } from './key-restrict.ts';

const thirdParty = 3;
const publicKey = {
  description:
    'An RSA or Ed25519 key of the customer, as PEM or as its base64 alone. Without it an HMAC key is created.',
  maximum: 1000,
  lineBreaks: true,
} as const;

const parameters = {
  email: subAccountEmail,
  apiName: required.string({ description: 'Name of the key.', maximum: 64 }),
  status: required.integer({
    description: `${unrestricted}: the key can be used from any address; ${trustedOnly}: only from trusted ones; ${thirdParty}: of a third party, which is not served.`,
    allowed: [unrestricted, trustedOnly, thirdParty],
  }),
  ipAddress: ipAddress.optional,
  ...grants,
};

const shared = {
  dialect: sapi,
  method: 'POST',
  permission: 'trading',
  weights: { account: 3000 },
  masterOnly: true,
  reply: Type.Object({
    apiName: Type.String(),
    apiKey: Type.String(),
    secretKey: Type.Optional(
      Type.String({ description: 'Signs requests; it cannot be retrieved later. Only of an HMAC key.' }),
    ),
    ...grantedFields,
    status: Type.Integer({ enum: [unrestricted, trustedOnly] }),
    ipList: Type.Array(Type.String()),
  }),
  errors: ['sub-account-unrelated', 'operation-unsupported', 'api-keys-full'],
} as const;

/**
 * A master creates a key for its sub-account. Such a key cannot withdraw.
 * deviation: a sub-account with 30 keys gets no more by this operation (-9000); the exchange has this maximum, but
 * publishes no code. Operators can create more.
 */
export const createSubAccountKey = operation({
  ...shared,
  id: 'createSubAccountKey',
  paths: ['/sapi/v1/sub-account/subAccountApi'],
  summary: 'Create an API key for a sub-account.',
  parameters: { ...parameters, publicKey: optional.string(publicKey) },
});

/** As version 1, but the public key must be in the body. */
export const createSubAccountKeyV2 = operation({
  ...shared,
  id: 'createSubAccountKeyV2',
  paths: ['/sapi/v2/sub-account/subAccountApi'],
  summary: 'Create an API key for a sub-account, with the public key in the body.',
  parameters: { ...parameters, publicKey: optional.string({ ...publicKey, inBody: true }) },
});
