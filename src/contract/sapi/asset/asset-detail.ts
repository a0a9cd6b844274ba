import { assetDetailFields } from '../../asset-detail-fields.ts';
import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';

export const sapiAssetDetail = operation({
  id: 'sapiAssetDetail',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/asset/assetDetail'],
  weights: { address: 1 },
  summary: 'Terms of deposits and withdrawals, by asset.',
  parameters: { asset: optional.string({ description: 'Only this asset.', maximum: 20 }) },
  reply: Type.Record(Type.String(), assetDetailFields),
});
