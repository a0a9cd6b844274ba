import type { OperationCall } from '../operation-call.ts';

const largeNeedTwo = { name: 'large', aboveUsd: '1e6', decision: 'approve', approvers: 2 };

export const policyCalls: readonly OperationCall[] = [
  {
    id: 'putPolicy',
    action: 'approval-policy-put',
    request: () => ({ path: '/policies', body: { rules: [largeNeedTwo] } }),
  },
  { id: 'listPolicies', request: () => ({ path: '/policies' }) },
  {
    id: 'rehearsePolicy',
    request: () => ({ path: '/policies/rehearse', body: { rules: [largeNeedTwo], days: 1 } }),
  },
];
