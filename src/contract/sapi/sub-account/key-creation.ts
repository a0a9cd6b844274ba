import { sapi } from '../../dialect.ts';
import { required, Type } from '../../schema.ts';
import { subAccountEmail } from './fields.ts';
import { grantedFields, grants, ipAddress } from './key-fields.ts';
import { trustedOnly, unrestricted } from './key-restrict.ts';

const thirdParty = 3;
export const publicKey = {
  description:
    'An RSA or Ed25519 key of the customer, as PEM or as its base64 alone. Without it an HMAC key is created.',
  maximum: 1000,
  lineBreaks: true,
} as const;

export const keyCreationParameters = {
  email: subAccountEmail,
  apiName: required.string({ description: 'Name of the key.', maximum: 64 }),
  status: required.integer({
    description: `${unrestricted}: the key can be used from any address; ${trustedOnly}: only from trusted ones; ${thirdParty}: of a third party, which is not served.`,
    allowed: [unrestricted, trustedOnly, thirdParty],
  }),
  ipAddress: ipAddress.optional,
  ...grants,
};

export const keyCreation = {
  dialect: sapi,
  method: 'POST',
  permission: 'trading',
  weights: { account: 3000 },
  masterOnly: true,
  reply: Type.Object({
    apiName: Type.String(),
    apiKey: Type.String(),
    secretKey: Type.Optional(
      Type.String({
        description: 'The secret that signs requests; it cannot be retrieved later. Only for an HMAC key.',
      }),
    ),
    ...grantedFields,
    status: Type.Integer({ enum: [unrestricted, trustedOnly] }),
    ipList: Type.Array(Type.String()),
  }),
  errors: ['sub-account-unrelated', 'operation-unsupported', 'api-keys-full'],
} as const;
