import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { email, page, rowsPerPage, timeRange, tranId, transferred, transferTime } from './fields.ts';

/**
 * Transfers from or to an account of the family, or those from the master, newest first; of the last 100 days unless a
 * range is given, as in wapi.
 */
export const sapiSubAccountTransferHistory = operation({
  id: 'sapiSubAccountTransferHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/sub/transfer/history'],
  weights: { address: 1 },
  masterOnly: true,
  order: 'newest first',
  summary: 'Query sub-account spot asset transfer history.',
  parameters: {
    fromEmail: email('Only transfers from this account. Without both e-mails: from the master.'),
    toEmail: email('Only transfers to this account; not together with `fromEmail`.'),
    ...timeRange,
    page,
    limit: rowsPerPage(500),
  },
  reply: Type.Array(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      asset: Type.String(),
      qty: transferred,
      status: Type.Literal('SUCCESS'),
      tranId,
      time: transferTime,
    }),
  ),
  errors: ['sub-account-unrelated', 'parameters-conflicting'],
});
