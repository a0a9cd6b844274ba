import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { changedAt, grantedFields, grants, namedKey } from './key-fields.ts';

/** Changes the permissions of a key of a sub-account; those that are not sent stay as they are. */
export const permitSubAccountKey = operation({
  id: 'permitSubAccountKey',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/sub-account/subAccountApiPermission'],
  permission: 'trading',
  weights: { account: 3000 },
  masterOnly: true,
  summary: 'Change the permissions of an API key of a sub-account.',
  parameters: { ...namedKey, ...grants },
  reply: Type.Object({
    apiName: Type.String(),
    apikey: Type.String(),
    ...grantedFields,
    timestamp: changedAt,
  }),
  errors: ['sub-account-unrelated', 'operation-unsupported'],
});
