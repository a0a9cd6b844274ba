/**
 * The world of the benchmarks, created over HTTP: accounts with a key and a large ETH balance, and a simulated network.
 */
import type { KeyObject } from 'node:crypto';
import type { SigningKey } from './load/load.ts';
import { maxConcurrency, OperatorClient } from './operator-client.ts';
import type { Progress } from './progress.ts';
import type { ServerProcess } from './server-process.ts';

const reason = 'bench';
const destination = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
/** Enough for a million withdrawals of one account; the sum over 100,000 accounts stays below 2^63 units. */
const credit = '600000';
/** Up to this many accounts are opened sequentially, so that their ids are consecutive, as pgbench assumes. */
const maxInOneRow = 1000;

export const emailOf = (index: number) => `bench-${index}@example.com`;

/** A withdrawal of 0.5 ETH. */
export const withdrawalQuery = `asset=ETH&address=${destination}&amount=0.5`;
/** Same with a unique order id, so that it can be retried. */
export const orderQuery = `${withdrawalQuery}&withdrawOrderId={order}`;
/** Less, so that an account of the demo world reaches its daily maximum only after 2,000 of them. */
export const smallOrderQuery = orderQuery.replace('amount=0.5', 'amount=0.05');
/** The withdrawal of 0.5 ETH under /sapi. */
export const currentWithdrawalQuery = `coin=ETH&address=${destination}&amount=0.5`;
export const withdrawalPath = '/wapi/v3/withdraw.html';

/** @param hasDemo the demo world has defined the asset. @returns the keys by account number. */
export async function seedAccounts(
  server: ServerProcess,
  count: number,
  progress: Progress,
  hasDemo: boolean,
): Promise<readonly SigningKey[]> {
  const client = new OperatorClient(server.operatorPort);
  const indexes = Array.from({ length: count }, (_, index) => index);
  const report = (what: string) => (done: number) => progress.report(`${what}: ${done} of ${count}`);
  try {
    if (!hasDemo) await client.change('PUT', '/operator/v1/assets/ETH', ether);
    const open = (index: number) =>
      client.change('POST', '/operator/v1/accounts', { email: emailOf(index), reason });
    await eachOf(indexes, count <= maxInOneRow ? 1 : maxConcurrency, open, report('opening accounts'));
    return await eachOf(
      indexes,
      maxConcurrency,
      (index) => equip(client, index),
      report('issuing keys and credits'),
    );
  } finally {
    client.close();
  }
}

/** Registers a key of the account whose private half signs requests. */
export async function registerPublicKey(
  { operatorPort }: ServerProcess,
  index: number,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Promise<SigningKey> {
  const client = new OperatorClient(operatorPort);
  try {
    const path = `/operator/v1/accounts/${encodeURIComponent(emailOf(index))}/api-keys`;
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const { apiKey } = await client.change('POST', path, { publicKey: pem, reason });
    const secretKey = privateKey.export({ type: 'pkcs8', format: 'pem' });
    return { apiKey: String(apiKey), secretKey: String(secretKey) };
  } finally {
    client.close();
  }
}

async function equip(client: OperatorClient, index: number): Promise<SigningKey> {
  const account = `/operator/v1/accounts/${encodeURIComponent(emailOf(index))}`;
  const { apiKey, secretKey } = await client.change('POST', `${account}/api-keys`, { reason });
  await client.change('POST', `${account}/credit`, { asset: 'ETH', amount: credit, reason });
  return { apiKey: String(apiKey), secretKey: String(secretKey) };
}

/** Processes the items with limited concurrency. @returns the results in the order of the items. */
async function eachOf<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
  report: (done: number) => void,
): Promise<readonly R[]> {
  const results: R[] = new Array(items.length);
  let [next, done] = [0, 0];
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
      report(++done);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

const ether = {
  name: 'Ether',
  scale: 8,
  networks: [
    {
      network: 'ETH',
      addressFormat: 'evm',
      withdrawFee: '0.01',
      withdrawMinimum: '0.02',
      minConfirm: 2,
      unlockConfirm: 3,
    },
  ],
  reason,
};
