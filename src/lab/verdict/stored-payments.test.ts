import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoredPayments, type Submitted } from './stored-payments.ts';

type Arguments = ConstructorParameters<typeof StoredPayments>;

const catalog = {
  networks: new Map(),
  assets: new Map([['BTC', { scale: 2 }]]),
} as unknown as Arguments[2];
const place = { accountId: 1, asset: 'BTC', network: 'BTC' };
const contentOf = (amount: string) => JSON.stringify([1, 'BTC', 'BTC', 'home', '', amount]);

const submitted = (number: number, amount: string) =>
  ({
    number,
    worldAt: number * 10,
    withdrawalId: `w${number}`,
    payment: { ...place, orderId: null, content: contentOf(amount) },
  }) as unknown as Submitted;
const row = (id: string, amount: bigint, appliedAt: number) => ({
  ...place,
  id,
  amount,
  appliedAt,
  address: 'home',
  addressTag: '',
});

test('withdrawals are read once for each account and asset, and later ones of the same payment are found', async () => {
  const requests = [submitted(1, '1'), submitted(2, '2'), submitted(3, '1')];
  const rows = [row('w1', 100n, 10), row('w2', 200n, 20), row('w3', 100n, 30), row('elsewhere', 100n, 31)];
  const reads: unknown[] = [];
  const payments = new StoredPayments(
    requests,
    {
      withdrawals: async (...args: unknown[]) => {
        reads.push(args);
        return rows;
      },
    } as unknown as Arguments[1],
    catalog,
  );
  const found = [];
  for (const each of requests) found.push((await payments.of(each)).map(({ id }) => id));
  assert.deepEqual(found, [['w1', 'w3', 'elsewhere'], ['w2'], ['w3', 'elsewhere']]);
  assert.deepEqual(reads, [[1, { asset: 'BTC', from: 10 }, { limit: 20_000, offset: 0 }]]);
});
