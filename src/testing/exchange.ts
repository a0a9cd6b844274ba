/** One exchange, the server's own or a world: the key, deposits and faults of a test, chains and clock. */
import { pause } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { ApiClient } from './api-client.ts';
import { BursarError } from './bursar-error.ts';
import { describeChain } from './chain.ts';
import type { Chain } from './chain-types.ts';
import { describeClock } from './clock.ts';
import { rejectUnknown } from './known-options.ts';
import { assertRight, createFault, listRequests, readVerdict } from './lab.ts';
import type { Credentials, Deposit, DepositOptions, Exchange } from './types.ts';

/** Default number of requests that are explained. */
const defaultRequests = 100;
const pollIntervalMs = 10;
const depositTimeoutMs = 30_000;

/** @param api that of the exchange */
export function describeExchange(
  api: ApiClient,
  url: string,
  credentials: Credentials,
  subAccounts: readonly Credentials[],
): Exchange {
  const chain = describeChain(api);
  return {
    ...credentials,
    url,
    subAccounts,
    deposit: (payment) => deposit(api, chain, credentials, payment),
    fault: (rule) => createFault(api, rule),
    requests: (limit = defaultRequests) => listRequests(api, limit),
    verdict: () => readVerdict(api),
    assertRight: () => assertRight(api),
    operator: api.operator,
    chain,
    clock: describeClock(api),
  };
}

async function deposit(
  api: ApiClient,
  chain: Chain,
  who: Credentials,
  options: DepositOptions,
): Promise<Deposit> {
  rejectUnknown('deposit', options, { asset: true, amount: true, network: true, until: true });
  const { asset, amount, network, until = 'completed' } = options;
  const where = { coin: asset, ...(network !== undefined && { network }) };
  const to = await api.customer<{ address: string; tag: string }>(
    who,
    '/sapi/v1/capital/deposit/address',
    where,
  );
  const seen = await api.operator<Deposit>('POST', '/deposits', {
    asset,
    amount,
    ...(network !== undefined && { network }),
    address: to.address,
    ...(to.tag !== '' && { addressTag: to.tag }),
  });
  if (until === 'pending') return seen;
  await chain.mine(seen.network, await confirmationsOf(api, seen));
  return completed(api, seen);
}

type AssetRules = {
  readonly networks: readonly { readonly network: string; readonly unlockConfirm: number }[];
};

async function confirmationsOf(api: ApiClient, { asset, network }: Deposit): Promise<number> {
  const { networks } = await api.operator<AssetRules>('GET', `/assets/${asset}`);
  return networks.find((each) => each.network === network)?.unlockConfirm ?? 1;
}

/** The workers see new blocks a moment after they were mined. */
async function completed(api: ApiClient, { id, asset }: Deposit): Promise<Deposit> {
  const startedMs = systemClock.monotonic.now();
  for (;;) {
    const now = await api.operator<Deposit>('GET', `/deposits/${id}`);
    if (now.stage === 'completed') return now;
    if (now.stage === 'below-minimum' || systemClock.monotonic.now() - startedMs > depositTimeoutMs) {
      throw new BursarError(
        `The deposit of ${now.amount} ${asset} is ${now.stage} and not completed. Check depositMinimum and depositEnabled of the asset, or use until: 'pending'.`,
      );
    }
    await pause(systemClock.monotonic, pollIntervalMs);
  }
}
