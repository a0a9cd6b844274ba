import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';
import { email, page, rowsPerPage, spot, timeRange, tranId, transferred, transferTime } from './fields.ts';

/**
 * Transfers within the family, by whichever operation they were made, newest first: those from or to an account, those
 * from the master, or the one with a client id.
 */
export const universalTransferHistory = operation({
  id: 'universalTransferHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/universalTransfer'],
  weights: { address: 1 },
  masterOnly: true,
  window: { days: 7, error: 'interval-too-long' },
  order: 'newest first',
  summary: 'Query universal transfer history.',
  parameters: {
    fromEmail: email(
      'Only transfers from this account. Without both e-mails and `clientTranId`: from the master.',
    ),
    toEmail: email('Only transfers to this account; not together with `fromEmail`.'),
    clientTranId: optional.string({ description: 'Only the transfer with this client id.', maximum: 64 }),
    ...timeRange,
    page,
    limit: rowsPerPage(500),
  },
  reply: Type.Object({
    result: Type.Array(
      Type.Object({
        tranId,
        fromEmail: Type.String(),
        toEmail: Type.String(),
        asset: Type.String(),
        amount: transferred,
        createTimeStamp: transferTime,
        fromAccountType: spot,
        toAccountType: spot,
        status: Type.Literal('SUCCESS'),
        clientTranId: Type.Optional(Type.String({ description: 'If the client chose one.' })),
      }),
    ),
    totalCount: Type.Integer({ description: 'Number of transfers on all pages.' }),
  }),
  errors: ['sub-account-unrelated', 'parameters-conflicting'],
});
