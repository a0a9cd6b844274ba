import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { required, Type } from '../../schema.ts';
import { type TransferType, transferTypes } from './transfer-types.ts';

/** Moves a free balance between the Spot and the Funding wallet. There is no client id: each call is a transfer. */
export const userUniversalTransfer = operation({
  id: 'userUniversalTransfer',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/asset/transfer'],
  permission: 'universal-transfers',
  weights: { account: 300 },
  summary: 'Transfer between the wallets of the account.',
  parameters: {
    type: required.string<TransferType>({
      description: '`MAIN_FUNDING` or `FUNDING_MAIN`. Other types of the exchange are rejected.',
      allowed: transferTypes,
    }),
    asset: required.string({ description: 'The asset.', maximum: 20 }),
    amount: required.decimal({ description: 'The amount.' }),
  },
  reply: Type.Object({ tranId: Type.Integer({ format: 'int64' }) }),
  errors: ['operation-unsupported', 'asset-unknown', 'precision-exceeded', 'balance-insufficient'],
});
