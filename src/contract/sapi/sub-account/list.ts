import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { milliseconds, optional, Type } from '../../schema.ts';
import { email, page, rowsPerPage } from './fields.ts';

/**
 * The sub-accounts of a master, oldest first.
 * deviation: `GET /sapi/v1/sub-account/list` returns up to 200 rows when `limit` is absent; the documented default of 1
 * surprises every client that leaves it out.
 */
export const sapiSubAccountList = operation({
  id: 'sapiSubAccountList',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/list'],
  weights: { address: 1 },
  masterOnly: true,
  summary: 'Query sub-account list.',
  parameters: {
    email: email('Only this sub-account.'),
    isFreeze: optional.boolean({ description: 'Only disabled sub-accounts, or only enabled ones.' }),
    page,
    limit: rowsPerPage(200),
  },
  reply: Type.Object({
    subAccounts: Type.Array(
      Type.Object({
        subUserId: Type.Integer({ description: 'Number of the account.', format: 'int64' }),
        email: Type.String(),
        remark: Type.String({ description: 'Always empty.' }),
        isFreeze: Type.Boolean({ description: 'Whether the account is disabled.' }),
        createTime: milliseconds('Time of opening'),
        isManagedSubAccount: Type.Literal(false),
        isAssetManagementSubAccount: Type.Literal(false),
      }),
    ),
  }),
});
