import type { OperationCall } from '../operation-call.ts';
export const chainCalls: readonly OperationCall[] = [
  {
    id: 'mineBlocks',
    action: 'chain-mine',
    request: () => ({ path: '/chain/blocks', body: { network: 'ETH', count: 2 } }),
  },
  {
    id: 'reorganiseChain',
    action: 'chain-reorganise',
    request: () => ({ path: '/chain/reorganisations', body: { network: 'ETH', count: 1 } }),
  },
  { id: 'listChains', request: () => ({ path: '/chain' }) },
];
