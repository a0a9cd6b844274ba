import type { Exchange } from '../../support/exchange.ts';
import { createKey } from '../../support/world.ts';
import type { OperationCall } from '../operation-call.ts';
import { credit, done, submitted } from '../operator-client.ts';

/** The ids of the withdrawals, by what becomes of them. */
const ids = { claimed: '', unsent: '', expired: '' };

/** Withdrawals of a manual network. */
async function prepareNetwork(exchange: Exchange): Promise<void> {
  await done(exchange, 'PUT', '/networks/HAND', { addressFormat: 'opaque', connector: 'manual' });
  await done(exchange, 'PUT', '/assets/HAND', { networks: [{ network: 'HAND' }] });
  await credit(exchange, 'sub@x.com', 'HAND', '100');
  await done(exchange, 'PATCH', '/accounts/sub@x.com', { withdrawConfirmation: 'none' });
  const key = await createKey(exchange.server, 'sub@x.com');
  for (const name of ['claimed', 'unsent', 'expired'] as const)
    ids[name] = await submitted(exchange, key, { asset: 'HAND', address: 'far-away' });
}

async function assignPooled(exchange: Exchange): Promise<void> {
  const pooled = { asset: 'HAND', network: 'HAND', address: 'pooled' };
  await done(exchange, 'PUT', '/accounts/sub@x.com/deposit-addresses', pooled);
}

const claim = (exchange: Exchange, id: string) => done(exchange, 'POST', `/withdrawals/${id}/claim`, {});

/** Claims the withdrawal with a lease that has expired. */
async function claimUntilExpired({ server }: Exchange, id: string): Promise<void> {
  const operator = { actor: 'test', reason: 'a test' };
  await server.commands.submit('takeClaim', { id, leaseMs: 1, operator });
  await server.commands.submit('expireClaim', { claimId: `${id}:1` });
}

export const manualNetworkCalls: readonly OperationCall[] = [
  {
    id: 'importAddresses',
    action: 'address-import',
    prepare: prepareNetwork,
    request: () => ({ path: '/networks/HAND/addresses', body: { addresses: [{ address: 'pooled' }] } }),
  },
  { id: 'countAddresses', request: () => ({ path: '/networks/HAND/addresses' }) },
  {
    id: 'reportDeposit',
    action: 'deposit-create',
    prepare: assignPooled,
    request: () => ({
      path: '/networks/HAND/deposits',
      body: { asset: 'HAND', address: 'pooled', amount: '3', txId: 'in', confirmations: 0 },
    }),
  },
  { id: 'listClaims', request: () => ({ path: '/claims?state=claimable' }) },
  {
    id: 'takeClaim',
    action: 'withdrawal-claim',
    request: () => ({ path: `/withdrawals/${ids.claimed}/claim`, body: {} }),
  },
  {
    id: 'extendClaim',
    action: 'claim-extend',
    request: () => ({ path: `/withdrawals/${ids.claimed}/claim/extend`, body: { generation: 1 } }),
  },
  {
    id: 'releaseClaim',
    action: 'claim-release',
    request: () => ({
      path: `/withdrawals/${ids.claimed}/claim/release`,
      body: { generation: 1, nothingSigned: true },
    }),
  },
  {
    id: 'reportTransaction',
    action: 'claim-report',
    prepare: (exchange) => claim(exchange, ids.claimed),
    request: () => ({
      path: `/withdrawals/${ids.claimed}/transactions`,
      body: { generation: 2, txId: 'out' },
    }),
  },
  {
    id: 'reportConfirmations',
    action: 'claim-complete',
    request: () => ({
      path: `/withdrawals/${ids.claimed}/confirmations`,
      body: { txId: 'out', confirmations: 9 },
    }),
  },
  {
    id: 'reportUnsent',
    action: 'claim-unsent',
    prepare: (exchange) => claim(exchange, ids.unsent),
    request: () => ({ path: `/withdrawals/${ids.unsent}/unsent`, body: {} }),
  },
  {
    id: 'resolveWithdrawal',
    action: 'claim-resolve',
    prepare: (exchange) => claimUntilExpired(exchange, ids.expired),
    request: () => ({ path: `/withdrawals/${ids.expired}/resolve`, body: { outcome: 'not-sent-queue' } }),
  },
];
