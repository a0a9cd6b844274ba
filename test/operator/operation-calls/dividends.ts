import type { OperationCall } from '../operation-call.ts';

const dividend = { asset: 'BTC', holdersOf: 'ETH', total: '3', info: 'a gift' };
let tranId = 0;

export const dividendCalls: readonly OperationCall[] = [
  {
    id: 'payDividend',
    action: 'dividend-distribute',
    request: () => ({ path: '/dividends', body: dividend }),
    remember: (reply) => {
      tranId = reply.tranId;
    },
  },
  { id: 'listDividends', request: () => ({ path: '/dividends?limit=5' }) },
  { id: 'getDividend', request: () => ({ path: `/dividends/${tranId}` }) },
];
