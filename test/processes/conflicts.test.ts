/** Conflicting processes decide again until they succeed; no conflict is reported as a bug. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done } from '../operator/operator-client.ts';
import type { Exchange, Reply } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { withPair } from './pair.ts';

const holders = Array.from({ length: 24 }, (_, index) => `holder-${index}@example.com`);
const networks = [{ network: 'NET', addressFormat: 'opaque' }];
const rounds = 12;

const post = (at: Exchange, path: string, body: object) =>
  at.operator('POST', path, { reason: 'a test', ...body });
const credit = (at: Exchange, email: string, asset: string) =>
  post(at, `/accounts/${email}/credit`, { asset, amount: '1' });

/** One commit after the other, so that many conflict with one. */
async function inTurn<T>(items: readonly T[], call: (item: T) => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const item of items) replies.push(await call(item));
  return replies;
}

test(
  'one process credits holders of a new asset while another pays dividends of it: all succeed',
  {
    skip: skipWithoutPostgres,
  },
  () =>
    withPair(async ({ a, b }) => {
      await done(a, 'PUT', '/assets/BASE', { networks });
      await Promise.all(holders.map((email) => done(a, 'POST', '/accounts', { email })));
      await Promise.all(holders.map((email) => credit(a, email, 'BASE')));
      for (let round = 0; round < rounds; round += 1) {
        const asset = `NEW${round}`;
        const made = await done(a, 'PUT', `/assets/${asset}`, { networks });
        // The other process sees changes within a second; this change waits for it.
        await done(b, 'PUT', `/assets/${asset}`, made);
        const dividend = { asset, holdersOf: 'BASE', total: '24', info: 'a test' };
        const replies = await Promise.all([
          inTurn(holders, (email) => credit(a, email, asset)),
          inTurn(Array(3).fill(dividend), (body) => post(b, '/dividends', body)),
        ]);
        for (const { status, text } of replies.flat()) assert.ok(status === 200 || status === 201, text);
        const balances = await a.server.reads.rows('balances', { asset });
        assert.deepEqual(new Set(balances.map(({ free }) => free)), new Set([4n * 10n ** 8n]));
      }
      await assertLedgerBalances(a.server);
    }),
);
