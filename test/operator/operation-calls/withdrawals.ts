import type { Exchange } from '../../support/exchange.ts';
import { createKey } from '../../support/world.ts';
import type { OperationCall } from '../operation-call.ts';
import { done, reaches, submitted } from '../operator-client.ts';

/** The ids of the withdrawals, by what is done with them. */
const ids = { confirm: '', cancel: '', approve: '', reject: '', fail: '' };

/** Withdrawals of the sub-account that wait for the decisions about them. */
async function submitWithdrawals(exchange: Exchange): Promise<void> {
  const key = await createKey(exchange.server, 'sub@x.com');
  ids.fail = await submitted(exchange, key);
  await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
  ids.approve = await submitted(exchange, key);
  ids.reject = await submitted(exchange, key);
  await done(exchange, 'PATCH', '/accounts/sub@x.com', { withdrawConfirmation: 'email' });
  ids.confirm = await submitted(exchange, key);
  ids.cancel = await submitted(exchange, key);
}

export const withdrawalCalls: readonly OperationCall[] = [
  {
    id: 'confirmWithdrawal',
    action: 'withdrawal-confirm',
    prepare: submitWithdrawals,
    request: () => ({ path: `/withdrawals/${ids.confirm}/confirm`, body: {} }),
  },
  {
    id: 'cancelWithdrawal',
    action: 'withdrawal-cancel',
    request: () => ({ path: `/withdrawals/${ids.cancel}/cancel`, body: {} }),
  },
  {
    id: 'approveWithdrawal',
    action: 'withdrawal-approve',
    request: () => ({ path: `/withdrawals/${ids.approve}/approve`, body: {} }),
  },
  {
    id: 'rejectWithdrawal',
    action: 'withdrawal-reject',
    request: () => ({ path: `/withdrawals/${ids.reject}/reject`, body: {} }),
  },
  {
    id: 'resendWithdrawal',
    action: 'withdrawal-attempt',
    prepare: (exchange) => reaches(exchange, ids.fail, 'broadcast'),
    request: () => ({ path: `/withdrawals/${ids.fail}/resend`, body: {} }),
  },
  {
    id: 'failWithdrawal',
    action: 'withdrawal-fail',
    request: () => ({ path: `/withdrawals/${ids.fail}/fail`, body: {} }),
  },
  { id: 'getWithdrawal', request: () => ({ path: `/withdrawals/${ids.fail}` }) },
  { id: 'listWithdrawals', request: () => ({ path: '/withdrawals?status=5' }) },
];
