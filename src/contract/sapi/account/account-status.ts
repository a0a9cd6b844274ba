import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

export const sapiAccountStatus = operation({
  id: 'sapiAccountStatus',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/account/status'],
  weights: { address: 1 },
  summary: 'Status of the account.',
  reply: Type.Object({
    data: Type.String({ description: '`Normal`, or the text that accountStatus of wapi shows.' }),
  }),
});
