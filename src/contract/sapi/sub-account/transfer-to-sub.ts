import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { required, Type } from '../../schema.ts';
import { transferOrder, txnId } from './fields.ts';

/** A sub-account sends to another account of its family. */
export const transferSubToSub = operation({
  id: 'transferSubToSub',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/sub-account/transfer/subToSub'],
  permission: 'trading',
  weights: { address: 1 },
  subAccountOnly: true,
  summary: 'Transfer to sub-account of same master.',
  parameters: {
    toEmail: required.string({ description: 'E-mail of the recipient.', maximum: 254 }),
    ...transferOrder,
  },
  reply: Type.Object({ txnId }),
  errors: ['sub-account-unrelated', 'asset-unknown', 'precision-exceeded', 'balance-insufficient'],
});
