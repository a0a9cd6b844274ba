import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { namedKey } from './key-fields.ts';

/** Deletes a key of a sub-account, which stops working at once. */
export const revokeSubAccountKey = operation({
  id: 'revokeSubAccountKey',
  dialect: sapi,
  method: 'DELETE',
  paths: ['/sapi/v1/sub-account/subAccountApi'],
  permission: 'trading',
  weights: { account: 3000 },
  masterOnly: true,
  summary: 'Delete an API key of a sub-account.',
  parameters: namedKey,
  reply: Type.Object({}),
  errors: ['sub-account-unrelated'],
});
