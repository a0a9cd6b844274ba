import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { transferOrder, txnId } from './fields.ts';

/** A sub-account sends to its master. */
export const transferSubToMaster = operation({
  id: 'transferSubToMaster',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/sub-account/transfer/subToMaster'],
  permission: 'trading',
  weights: { address: 1 },
  subAccountOnly: true,
  summary: 'Transfer to master.',
  parameters: transferOrder,
  reply: Type.Object({ txnId }),
  errors: ['asset-unknown', 'precision-exceeded', 'balance-insufficient'],
});
