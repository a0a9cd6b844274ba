import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { tradingStatusFields } from '../../trading-status-fields.ts';

export const sapiApiTradingStatus = operation({
  id: 'sapiApiTradingStatus',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/account/apiTradingStatus'],
  weights: { address: 1 },
  summary: 'Whether trading is locked, and its indicators.',
  reply: Type.Object({ data: tradingStatusFields }),
});
