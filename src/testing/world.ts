/** One customer of the exchange: the key, deposits and faults of a test. */
import { randomBytes } from 'node:crypto';
import { pause } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { ApiClient } from './api-client.ts';
import { BursarError } from './bursar-error.ts';
import type { Chain } from './chain-types.ts';
import { rejectUnknown } from './known-options.ts';
import { assertRight, createFault, listRequests, readVerdict } from './lab.ts';
import type { Credentials, Deposit, DepositOptions, World, WorldOptions } from './types.ts';

const defaultBalances = { BTC: '10', ETH: '100', BNB: '100', USDT: '100000' };
/** How many requests are explained. */
const defaultRequests = 100;
const pollIntervalMs = 10;
const depositTimeoutMs = 30_000;

export type WorldParts = { readonly api: ApiClient; readonly chain: Chain; readonly url: string };

/** @param apiKey of the requests that the lab breaks, explains and judges; undefined: all. */
export function describeWorld(
  parts: WorldParts,
  credentials: Credentials,
  subAccounts: readonly Credentials[],
  apiKey: string | undefined,
): World {
  return {
    ...credentials,
    url: parts.url,
    subAccounts,
    deposit: (payment) => deposit(parts, credentials, payment),
    fault: (rule) => createFault(parts.api, rule, apiKey),
    requests: (limit = defaultRequests) => listRequests(parts.api, limit, apiKey),
    verdict: () => readVerdict(parts.api, apiKey),
    assertRight: () => assertRight(parts.api, apiKey),
  };
}

/** Opens the accounts of a world and credits its balances. */
export async function createWorld(parts: WorldParts, options: WorldOptions): Promise<World> {
  rejectUnknown('world', options, { balances: true, subAccounts: true });
  const { balances = defaultBalances, subAccounts = 0 } = options;
  const { api } = parts;
  const name = `world-${randomBytes(6).toString('hex')}`;
  const master = await openAccount(api, `${name}@bursar.test`);
  const subs = [];
  for (let index = 1; index <= subAccounts; index += 1) {
    subs.push(await openAccount(api, `${name}-${index}@bursar.test`, master.email));
  }
  await Promise.all(
    Object.entries(balances).map(([asset, amount]) =>
      api.operator('POST', `/accounts/${master.email}/credit`, {
        asset,
        amount,
        reason: 'balance of a test',
      }),
    ),
  );
  return describeWorld(parts, master, subs, master.apiKey);
}

async function openAccount(api: ApiClient, email: string, master?: string): Promise<Credentials> {
  await api.operator('POST', '/accounts', { email, ...(master !== undefined && { master }) });
  const path = `/accounts/${email}/api-keys`;
  const key = await api.operator<{ apiKey: string; secretKey: string }>('POST', path, {});
  return { email, apiKey: key.apiKey, secretKey: key.secretKey };
}

async function deposit(
  { api, chain }: WorldParts,
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
