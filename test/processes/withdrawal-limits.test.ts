/** Two withdrawals at once must not exceed a limit together, whichever processes, assets and wallets they use. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseDecimal } from '../../src/contract/decimal.ts';
import type { Wallet } from '../../src/domain/ledger/ledger.ts';
import { credit, done } from '../operator/operator-client.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';
import { type Pair, startPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };
const email = emailOf('alice');
/** Transactions that insert transfers share this lock until they commit. */
const transfersLock = 4205114361;

let pair: Pair;
let accountId: number;
before(async () => {
  if (skipWithoutPostgres) return;
  pair = await startPair();
  await buildStandardWorld(pair.a.server);
  const account = await pair.a.server.reads.row('accounts', { email });
  accountId = account?.id ?? 0;
});
after(() => pair?.close());

const decimal = (text: string) => parseDecimal(text) ?? assert.fail(text);

function submit({ server }: Exchange, asset: string, amount: string, wallet: Wallet = 'spot') {
  const address = outsideAddresses[asset]?.[0] ?? '';
  return server.commands.submit('submitWithdrawal', {
    accountId,
    asset,
    address,
    amount: decimal(amount),
    wallet,
  });
}

/** Both are decided, or one waits for the other, before either can commit. */
async function atOnce(one: () => Promise<object>, other: () => Promise<object>): Promise<readonly object[]> {
  await pair.sql.run(`BEGIN; SELECT pg_advisory_xact_lock(${transfersLock})`);
  const outcomes = [one(), other()];
  await eventually(
    () => pair.sql.rows("SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"),
    (waiting) => waiting.length === 2,
    30_000,
  );
  await pair.sql.run('COMMIT');
  return Promise.all(outcomes);
}

function assertOneRejected(outcomes: readonly object[], rejected: string): void {
  const ids = outcomes.map((outcome) => ('rejected' in outcome ? outcome.rejected : 'done'));
  assert.deepEqual(ids.toSorted(), ['done', rejected].toSorted(), JSON.stringify(outcomes));
}

test(
  'withdrawals of two assets at two processes at once do not exceed the quota together',
  options,
  async () => {
    const { a, b } = pair;
    for (const asset of ['ETH', 'XRP']) await done(a, 'PUT', `/prices/${asset}`, { price: '1' });
    await done(a, 'PATCH', `/accounts/${email}`, { withdrawQuotaUsd: '3' });
    const outcomes = await atOnce(
      () => submit(a, 'ETH', '2'),
      () => submit(b, 'XRP', '2'),
    );
    assertOneRejected(outcomes, 'quota-exceeded');
    await done(a, 'PATCH', `/accounts/${email}`, { withdrawQuotaUsd: null });
  },
);

test('withdrawals from both wallets at once do not exceed the daily maximum together', options, async () => {
  const { a, b } = pair;
  await credit(a, email, 'BNB', '10');
  const move = { accountId, asset: 'BNB', amount: decimal('5'), from: 'spot' } as const;
  assert.ok('done' in (await a.server.commands.submit('transferBetweenWallets', move)));
  await done(a, 'PATCH', '/assets/BNB', { withdrawMaximumPerDay: '3' });
  // The other process learns of the maximum a moment later.
  await eventually(
    () => b.operator('GET', '/assets/BNB'),
    ({ body }) => body.withdrawMaximumPerDay === '3',
    30_000,
  );
  const outcomes = await atOnce(
    () => submit(a, 'BNB', '2'),
    () => submit(b, 'BNB', '2', 'funding'),
  );
  assertOneRejected(outcomes, 'amount-above-maximum');
});
