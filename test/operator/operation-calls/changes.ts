import type { OperationCall } from '../operation-call.ts';

const proposal = {
  operation: 'creditAccount',
  path: { email: 'sub@x.com' },
  body: { asset: 'ETH', amount: '1' },
};
let change = '';

export const changeCalls: readonly OperationCall[] = [
  {
    id: 'proposeChange',
    action: 'change-propose',
    request: () => ({ path: '/changes', body: proposal }),
    remember: (reply) => {
      change = reply.id;
    },
  },
  { id: 'listChanges', request: () => ({ path: '/changes?pending=true' }) },
  { id: 'getChange', request: () => ({ path: `/changes/${change}` }) },
  {
    id: 'rejectChange',
    action: 'change-reject',
    request: () => ({ path: `/changes/${change}/reject`, body: {} }),
  },
];
