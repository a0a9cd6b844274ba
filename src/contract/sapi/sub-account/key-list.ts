import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';
import { page, subAccountEmail } from './fields.ts';
import { changedAt, grantedFields } from './key-fields.ts';

/** The keys of a sub-account, oldest first, without secrets. */
export const subAccountKeyList = operation({
  id: 'subAccountKeyList',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/subAccountApi'],
  weights: { account: 3000 },
  masterOnly: true,
  summary: 'List the API keys of a sub-account.',
  parameters: {
    email: subAccountEmail,
    subAccountApiKey: optional.string({ description: 'Only this key.', maximum: 64 }),
    page,
    size: optional.integer({
      description: 'Number of rows per page; 30 when absent.',
      minimum: 1,
      maximum: 100,
    }),
  },
  reply: Type.Object({
    total: Type.Integer({ description: 'Number of keys on all pages.' }),
    rows: Type.Array(
      Type.Object({
        email: Type.String(),
        apiName: Type.String({ description: 'Empty if an operator created the key.' }),
        apikey: Type.String(),
        ...grantedFields,
        timestamp: changedAt,
      }),
    ),
  }),
  errors: ['sub-account-unrelated'],
});
