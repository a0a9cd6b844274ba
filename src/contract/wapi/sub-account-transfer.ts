import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { required, Type } from '../schema.ts';

/** spec: POST /wapi/v3/sub-account/transfer.html, for masters: transfers between any two accounts of the family. */
export const subAccountTransfer = operation({
  id: 'subAccountTransfer',
  dialect: wapi,
  method: 'POST',
  paths: ['/wapi/v3/sub-account/transfer.html'],
  permission: 'internal-transfers',
  masterOnly: true,
  summary: 'Execute sub-account transfer.',
  parameters: {
    fromEmail: required.string({ description: 'Sender email.', maximum: 254 }),
    toEmail: required.string({ description: 'Recipient email.', maximum: 254 }),
    asset: required.string({ description: 'Asset code.', maximum: 20 }),
    amount: required.decimal({ description: 'Amount to transfer.' }),
  },
  reply: Type.Object({
    success: Type.Literal(true),
    txnId: Type.String({ pattern: '^[0-9]+$', patternInWords: 'digits' }),
  }),
  errors: ['sub-account-unrelated', 'asset-unknown', 'precision-exceeded', 'balance-insufficient'],
});
