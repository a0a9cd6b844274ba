import { assetDetailFields } from '../asset-detail-fields.ts';
import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

/** spec: GET /wapi/v3/assetDetail.html; `depositTip` is present only while deposits are disabled. */
export const assetDetail = operation({
  id: 'assetDetail',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/assetDetail.html'],
  summary: 'Fetch asset detail.',
  reply: Type.Object({
    success: Type.Literal(true),
    assetDetail: Type.Record(Type.String(), assetDetailFields),
  }),
});
