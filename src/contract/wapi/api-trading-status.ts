import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { Type } from '../schema.ts';
import { tradingStatusFields } from '../trading-status-fields.ts';

/** spec: GET /wapi/v3/apiTradingStatus.html. */
export const apiTradingStatus = operation({
  id: 'apiTradingStatus',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/apiTradingStatus.html'],
  summary: 'Fetch account api trading status detail.',
  reply: Type.Object({ success: Type.Literal(true), status: tradingStatusFields }),
});
