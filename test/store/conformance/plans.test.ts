/** Every query of the hot paths uses its index, in tables of some size. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import * as addressLookups from '../../../src/store/address-lookups.ts';
import * as otherLookups from '../../../src/store/lookups.ts';
import * as operatorLookups from '../../../src/store/operator-lookups.ts';
import type { AnyLookup } from '../../../src/store/port.ts';
import { createClient, type SqlValue } from '../../../src/store/postgres/client.ts';
import { fetchStatements, shapeOf } from '../../../src/store/postgres/lookup-shapes.ts';
import { numbered } from '../../../src/store/postgres/postgres-reads.ts';
import { WriteConnection } from '../../../src/store/postgres/write-connection.ts';
import type { Reads } from '../../../src/store/reads.ts';
import { createSqlReads } from '../../../src/store/sql/sql-reads.ts';
import type { SqlParameter } from '../../../src/store/sql/sql-runner.ts';
import { databaseAt } from '../../support/database-at.ts';
import { skipWithoutPostgres } from '../../support/postgres.ts';
import { conformance, openSite, type Site } from './stores.ts';

const page = { limit: 20, offset: 0 };
const window = { limit: 20, scan: 500 };
const behind = { ...window, before: { at: 9000, seq: 9000 } };
const primaryKey = 'the primary key';
const severalSubjects = Array.from({ length: 8 }, (_, index) => `s${index}`);

/** Reads, and the indexes that their statements must use. */
const reads: readonly (readonly [string, (reads: Reads) => unknown, ...string[]])[] = [
  ['withdrawals', (r) => r.withdrawals(7, {}, page), 'withdrawals_by_account'],
  ['withdrawals since', (r) => r.withdrawals(7, { from: 5, asset: 'BTC' }, page), 'withdrawals_by_account'],
  ['a withdrawal by order id', (r) => r.withdrawals(7, { orderId: 'o7' }, page), 'withdrawals_by_order_id'],
  [
    'withdrawals, newest first',
    (r) => r.withdrawals(7, { from: 5 }, { ...page, newestFirst: true }),
    'withdrawals_by_account',
  ],
  ['withdrawals listed', (r) => r.listedWithdrawals({}, window), primaryKey],
  ['withdrawals listed by amount', (r) => r.listedWithdrawals({ asset: 'BTC', min: 2n }, window), primaryKey],
  [
    'withdrawals listed by time',
    (r) => r.listedWithdrawals({ from: 5, seqs: { after: 5, through: 900 } }, window),
    primaryKey,
  ],
  ['withdrawals listed by id', (r) => r.listedWithdrawals({ ids: ['w7', 'w8'] }, window), primaryKey],
  [
    'withdrawals listed by account',
    (r) => r.listedWithdrawals({ accountId: 7, from: 5, network: 'N', addresses: ['x'] }, window),
    'withdrawals_by_account',
  ],
  [
    'withdrawals listed by open stages',
    (r) => r.listedWithdrawals({ stages: ['queued', 'waiting'], asset: 'BTC' }, window),
    'withdrawals_by_stage',
  ],
  [
    'withdrawals listed by ended stages',
    (r) => r.listedWithdrawals({ stages: ['failed', 'rejected'] }, window),
    'withdrawals_ended',
  ],
  [
    'withdrawals listed by any stage',
    (r) => r.listedWithdrawals({ stages: ['completed'] }, window),
    primaryKey,
  ],
  [
    'withdrawals listed by address',
    (r) => r.listedWithdrawals({ addresses: ['x7', 'X7'], asset: 'BTC' }, behind),
    'withdrawals_by_address',
  ],
  ['withdrawals of an order id', (r) => r.withdrawalIdsOfOrder('o7', 20), 'withdrawals_by_order_id'],
  [
    'withdrawals of a transaction',
    (r) => r.withdrawalIdsOfTransaction(['t7', 'T7'], 20),
    'withdrawals_by_transaction',
    'withdrawals_unsigned',
    'withdrawal_attempts_by_transaction',
  ],
  ['deposits listed', (r) => r.listedDeposits({ asset: 'BTC' }, window), primaryKey],
  ['deposits listed by account', (r) => r.listedDeposits({ accountId: 7 }, window), 'deposits_by_account'],
  [
    'deposits listed by stages',
    (r) => r.listedDeposits({ stages: ['pending', 'unattributed'] }, window),
    'deposits_by_stage|deposits_in_progress',
    'deposits_unattributed',
  ],
  [
    'deposits listed by address',
    (r) => r.listedDeposits({ addresses: ['x7'] }, window),
    'deposits_by_address',
  ],
  [
    'deposits listed by transaction',
    (r) => r.listedDeposits({ transactions: { networks: ['N', 'M'], txIds: ['t7'] } }, window),
    'deposits_network_tx_id_output_index_asset_key|sqlite_autoindex_deposits_2',
  ],
  ['transfers listed', (r) => r.listedTransfers({ reference: 'c', asset: 'BTC' }, window), primaryKey],
  ['the audit trail', (r) => r.listedAudit({}, window), primaryKey],
  [
    'the audit trail of several subjects',
    (r) => r.listedAudit({ about: { accountId: 7, email: 's7' }, subjects: severalSubjects }, window),
    'audit_by_subject',
  ],
  [
    'the audit trail of an address',
    (r) => r.listedAudit({ about: { addresses: ['x7'] }, subjects: ['s7', 's8'] }, window),
    'audit_by_subject',
    'audit_by_action',
  ],
  [
    'the audit trail of a subject',
    (r) => r.listedAudit({ subject: 's7', actor: 'a' }, window),
    'audit_by_subject',
  ],
  [
    'the audit trail of an actor',
    (r) => r.listedAudit({ actor: 'a7', action: 'b' }, window),
    'audit_by_actor',
  ],
  ['the audit trail of an action', (r) => r.listedAudit({ action: 'b7' }, window), 'audit_by_action'],
  ['seals of transfers', (r) => r.sealsCovering([7, 9]), primaryKey],
  ['rows by time', (r) => r.seqsInRange('withdrawals', { from: 7 }), primaryKey],
  ['changes that wait, in order', (r) => r.pendingChangesAfter(7, 20), 'pending_changes_open'],
  ['failing withdrawals', (r) => r.failingWithdrawals(7, 20), 'withdrawals_failing'],
  ['quorums of withdrawals', (r) => r.quorumsOf(['w7', 'w8']), primaryKey],
  ['withdrawals backwards', (r) => r.withdrawalsBefore(9000, 20), primaryKey],
  ['withdrawals by id', (r) => r.withdrawalsNamed(['w7', 'w8']), primaryKey],
  ['versions of the approval policy', (r) => r.approvalPolicies(page), primaryKey],
  ['quorums', (r) => r.quorumsAfter('w7', 20), primaryKey],
  [
    'approvals of withdrawals',
    (r) => r.approvalsOf(['w7', 'w8']),
    'withdrawal_approvals_withdrawal_id_operator_key|sqlite_autoindex_withdrawal_approvals_2',
  ],
  ['proposed changes that wait', (r) => r.pendingChanges(true, page), 'pending_changes_open'],
  ['proposed changes', (r) => r.pendingChanges(false, page), primaryKey],
  ['deposits of a transaction', (r) => r.deposits(7, { txId: 't7', from: 5 }, page), 'deposits_by_account'],
  ['deposits', (r) => r.deposits(7, { stages: ['completed'] }, page), 'deposits_by_account'],
  ['dust', (r) => r.dustConversions(7, page), 'dust_conversions_by_account'],
  ['dividend payments', (r) => r.dividendPayments(7, {}, 20), 'dividend_payments_by_account'],
  ['unfinished dividends', (r) => r.dividendsUnfinished(), 'dividends_unfinished'],
  ['holders of an asset', (r) => r.balancesOfAssetAfter('BTC', 7, 'spot', 20), 'balances_by_asset'],
  ['dividends', (r) => r.dividends(page), primaryKey],
  ['shares of a dividend', (r) => r.dividendShares(7, 20), primaryKey],
  ['accounts', (r) => r.accounts(page), primaryKey],
  ['accounts by id', (r) => r.accountsOf([7, 8, 9]), primaryKey],
  ['keys in order', (r) => r.apiKeysAfter('k7', 20), primaryKey],
  ['e-mails of accounts', (r) => r.emailsOf([7, 8, 9]), primaryKey],
  ['names of operators', (r) => r.namesOf('operators', ['o7', 'o8']), primaryKey],
  ['names of API tokens', (r) => r.namesOf('operator_tokens', ['t7', 't8']), primaryKey],
  ['sub-accounts', (r) => r.subAccounts(7, { enabled: true }, page), 'accounts_by_master'],
  [
    'family transfers',
    (r) => r.subAccountTransfers(7, { from: 0, to: 9 }, page),
    'sub_account_transfers_by_sender',
    'sub_account_transfers_by_recipient',
  ],
  ['sub-accounts, counted', (r) => r.countSubAccounts(7, {}), 'accounts_by_master'],
  [
    'transfers from an account',
    (r) => r.familyTransfers({ fromAccountId: 7, from: 0, to: 9 }, page),
    'sub_account_transfers_by_sender',
  ],
  [
    'transfers to an account, counted',
    (r) => r.countFamilyTransfers({ toAccountId: 7, from: 0, to: 9 }),
    'sub_account_transfers_by_recipient',
  ],
  [
    'a transfer by client id',
    (r) => r.familyTransfers({ masterId: 7, clientId: 'c7', from: 0, to: 9 }, page),
    'sub_account_transfers_by_client_id',
  ],
  ['what waits', (r) => r.waitingQueues(), 'withdrawals_waiting'],
  [
    'a queue of waiting withdrawals',
    (r) => r.waitingIn({ waitingFor: 'liquidity', network: 'N', asset: 'BTC' }, 7, 20),
    'withdrawals_waiting',
  ],
  [
    'waiting withdrawals of enabled accounts',
    (r) => r.waitingOfEnabledAccounts(7, 20),
    'withdrawals_waiting_by_account',
  ],
  ['withdrawals under way', (r) => r.withdrawalsUnderWay('queued', 5, 20), 'withdrawals_by_stage'],
  ['amounts under way', (r) => r.openWithdrawalsAfter('broadcast', 5, 20), 'withdrawals_by_stage'],
  ['numbers under way', (r) => r.countOpenWithdrawals('queued', 20), 'withdrawals_by_stage'],
  ['withdrawn since a time', (r) => r.withdrawnSince(7, 19_000, ['failed'], 20), 'withdrawals_by_account'],
  ['the times of the newest', (r) => r.newestTimes('deposits', 20), primaryKey],
  [
    'withdrawals by transaction',
    (r) => r.withdrawalsOfTransactions('N', ['a', 'b']),
    'withdrawals_by_transaction',
  ],
  [
    'attempts by transaction',
    (r) => r.attemptsOfTransactions('N', ['a', 'b']),
    'withdrawal_attempts_by_transaction',
  ],
  [
    'withdrawals with questionnaires',
    (r) => r.questionnaires(7, { from: 19_000 }, page),
    'withdrawal_questionnaires_by_account',
  ],
  ['withdrawals by order ids', (r) => r.withdrawalsOfOrders(7, ['o7', 'o8']), 'withdrawals_by_order_id'],
  ['an own address', (r) => r.isDepositAddress('N', 'k7'), primaryKey],
  ['deposits in progress', (r) => r.depositsInProgress('N', 5, 20), 'deposits_in_progress'],
  ['all deposits in progress', (r) => r.depositsInProgressAfter('N', 5, 20), 'deposits_in_progress'],
  [
    'the list of unattributed deposits',
    (r) => r.latestUnattributed(page),
    '(deposits_by_account|deposits_unattributed)',
  ],
  ['remainders of deposits', (r) => r.depositsWithRemainder(5, 20), 'deposits_with_remainder'],
  ['deposits in blocks', (r) => r.depositsInBlocksAbove('N', 19_990, 0, 20), 'deposits_by_block'],
  [
    'networks with deposits to follow',
    (r) => r.networksWithDepositsToFollow(),
    'deposits_in_progress',
    'deposits_by_block',
    'deposits_reorganised',
  ],
  ['reorganised deposits', (r) => r.depositsReorganised(5, 20), 'deposits_reorganised'],
  ['unattributed deposits', (r) => r.depositsUnattributed('unattributed', 5, 20), 'deposits_unattributed'],
  ['the newest', (r) => r.latest('withdrawals', page), primaryKey],
  ['transfers', (r) => r.transfersAfter(5, 20), primaryKey],
  ['the closed day of a time', (r) => r.closedDay(7), primaryKey],
  ['the last closed day', (r) => r.lastClosedDay(), primaryKey],
  ['closed days', (r) => r.closedDaysAfter(7, 20), primaryKey],
  [
    'closings',
    (r) => r.closingsAfter({ accountId: 7, asset: 'BTC', wallet: 'spot', day: 9 }, 20),
    primaryKey,
  ],
  ['closings of accounts', (r) => r.closingBalances([7], 9), primaryKey],
  ['the first transfer after a time', (r) => r.firstTransferLaterThan(5, 9), primaryKey],
  ['transfers of an account', (r) => r.accountTransfers(7, { after: 5, through: 9 }, {}, 20), primaryKey],
  ['events', (r) => r.eventsAfter(5, 20), primaryKey],
  ...(['wallet_transfers', 'dust_conversions', 'dividend_payments', 'order_events'] as const).map(
    (table) =>
      [`the newest ${table}`, (r: Reads) => r.newestOfAccount(table, 7, 20), `${table}_by_account`] as const,
  ),
  [
    'transfers by the id of a client',
    (r) => r.familyTransfersOfClient('c7', 20),
    'sub_account_transfers_by_client_id',
  ],
  ['an address in address books', (r) => r.addressBookEntriesAt(['k7', 'k8'], 20), 'address_book_by_address'],
  ['uses of imported addresses', (r) => r.timeOfUse('N7', 2), primaryKey],
  ['balances', (r) => r.balancesAfter(7, 'BTC', 'spot', 20), primaryKey],
  ['balances of an account', (r) => r.accountBalances(7, {}), primaryKey, 'deposits_locked'],
  [
    'transfers between wallets',
    (r) => r.walletTransfers(7, { fromWallet: 'spot', from: 19_000 }, page),
    'wallet_transfers_by_account',
  ],
  [
    'the backlog',
    (r) => r.backlog(),
    'withdrawals_by_stage',
    'withdrawals_waiting(_by_account)?',
    'deposits_in_progress',
  ],
  ['the last transfer', (r) => r.lastTransferSeq(), primaryKey],
  ['the last seal', (r) => r.lastSeal(), primaryKey],
  ['seals', (r) => r.sealsAfter(5, 20), primaryKey],
  ['who trades', (r) => r.tradingAccounts(49_990), 'order_events_by_time'],
  ['shown indicators', (r) => r.accountsWithIndicators(), 'trading_indicators_shown'],
  ['order events', (r) => r.orderEvents(7, 5), 'order_events_by_account'],
  ['old order events', (r) => r.orderEventsBefore(5, 20), 'order_events_by_time'],
];

const someStages = ['completed'];
const places = [
  { after: 5, through: 900 },
  { after: 2000, through: 2900 },
];
/** Reads of rows that name a withdrawal or a deposit, of which they also read the row. */
const readsOfMovements: typeof reads = [
  ['transfers of an address', (r) => r.listedTransfers({ movement: { addresses: ['x7'] } }, window)],
  [
    'transfers of movements in places',
    (r) => r.listedTransfers({ movement: { network: 'N', stages: someStages }, places }, window),
  ],
  [
    'the audit trail of an account and an actor',
    (r) => r.listedAudit({ about: { accountId: 7, email: 'x', asset: 'BTC' }, actor: 'a7' }, window),
  ],
];

type Sent = { readonly sql: string; readonly parameters: readonly SqlParameter[] };

async function statementsOf(call: (reads: Reads) => unknown): Promise<Sent[]> {
  const sent: Sent[] = [];
  const record = async (sql: string, parameters: readonly SqlParameter[]) => {
    sent.push({ sql, parameters });
    return [];
  };
  const encode = (_table: string, _column: string, value: unknown) =>
    value === true ? 1 : (value as SqlParameter);
  await call(
    createSqlReads({ rows: (_table, sql, parameters) => record(sql, parameters), values: record, encode }),
  );
  return sent;
}

type Explain = (sent: Sent) => Promise<string>;
type Explained = { readonly explain: Explain; readonly primaryKey: RegExp; close(): Promise<void> };

function explainSqlite(path: string): Explained {
  const database = new DatabaseSync(path, { readOnly: true });
  return {
    // A scan in order of the row number uses the table's own order.
    primaryKey: /PRIMARY KEY|autoindex|^SCAN \w+$/m,
    explain: async ({ sql, parameters }) => {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
      return plan.map(({ detail }) => detail).join('\n');
    },
    close: async () => database.close(),
  };
}

function explainPostgres(url: string): Explained {
  const client = createClient(databaseAt(url), { max: 1 });
  return {
    primaryKey: /_pkey|_seq_key/,
    explain: async ({ sql, parameters }) => {
      const given = parameters.map((value) => (sql.includes('enabled = ?') && value === 1 ? 'true' : value));
      const rows = await client.unsafe(`EXPLAIN ${numbered(sql)}`, given as SqlValue[]);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    },
    close: () => client.end(),
  };
}

/** Enough rows that a sequential scan does not pay. */
async function fillPostgres(url: string): Promise<void> {
  const client = createClient(databaseAt(url), { max: 1 });
  const series = 'FROM generate_series(1, 20000) i';
  await client.unsafe(`
    INSERT INTO accounts SELECT i, 'a' || i, CASE WHEN i > 100 THEN i % 100 + 1 END, true, 'none', false, NULL, 'NIL', NULL, '[]', '', false, true, NULL, NULL, 0, NULL, 1 ${series};
    INSERT INTO accounts SELECT 0, 'unattributed', NULL, true, 'none', false, NULL, 'NIL', NULL, '[]', '', false, true, NULL, NULL, 0, NULL, 1;
    INSERT INTO account_switches SELECT i, true, true, true, 1 ${series};
    INSERT INTO balances SELECT i, 'BTC', 'spot', 1, 0, 0 ${series};
    INSERT INTO custody SELECT 'A' || i, 'N', 1, 0 ${series};
    INSERT INTO transfers (at, kind, asset, amount, debit, credit, reference) SELECT i, 'k', 'BTC', 1, 'a', 'b', 'c' ${series};
    INSERT INTO closed_days SELECT i, i, true ${series};
    INSERT INTO closing_balances SELECT i, 'BTC', 'spot', i, 1, 0 ${series};
    INSERT INTO transfer_seals SELECT i, 'h', 1 ${series};
    INSERT INTO deposit_addresses SELECT 'N' || i % 100, 'k' || i, '', 'x', i, 'BTC', 1, NULL ${series};
    INSERT INTO address_book SELECT i, 'BTC', 'N', 'k' || i, '', 'x', '', 'others', '', 1, 1 ${series};
    INSERT INTO deposits (id, account_id, asset, network, address, address_tag, tx_id, output_index, amount, remainder, stage, confirmations, inserted_at, block_height)
      SELECT 'd' || i, CASE WHEN i % 500 = 1 THEN 0 ELSE i % 100 + 1 END, 'BTC', 'N', 'x', '', 't' || i, 0, 1, '0',
        CASE WHEN i % 50 = 0 THEN 'pending' WHEN i % 500 = 1 THEN 'unattributed' ELSE 'completed' END, 0, i, i ${series};
    INSERT INTO withdrawals (id, account_id, asset, wallet, network, address, address_tag, amount, fee, order_id, stage, waiting_for, tx_id, signed_transaction, applied_at)
      SELECT 'w' || i, i % 100 + 1, 'BTC', 'spot', 'N', 'x', '', 1, 0, 'o' || i, CASE i % 50 WHEN 0 THEN 'queued' WHEN 1 THEN 'waiting' WHEN 2 THEN 'waiting' ELSE 'completed' END, CASE i % 50 WHEN 1 THEN 'liquidity' WHEN 2 THEN 'account-disabled' END, 't' || i, 's', i ${series};
    UPDATE withdrawals SET address = 'x' || seq;
    UPDATE deposits SET address = 'x' || seq;
    UPDATE withdrawals SET stage = 'failed', failure = 'f' WHERE seq % 50 = 7;
    UPDATE withdrawals SET stage = 'broadcast', failure = 'f' WHERE seq % 1000 = 8;
    UPDATE withdrawals SET signed_transaction = NULL WHERE seq % 50 = 9;
    INSERT INTO audit (at, actor, action, subject, reason, details) SELECT i, 'a' || i, 'b' || i, 's' || i, '', '{}' ${series};
    INSERT INTO account_tags SELECT i, '[]', i ${series};
    INSERT INTO withdrawal_denials SELECT i, i % 7, 'r', 1, 1, 1, 1, 'BTC', 'N', 'x', 1 ${series};
    INSERT INTO approval_policies SELECT i, '[]', '[]', 'a', '', 1 ${series};
    INSERT INTO pending_changes (id, kind, subject, input, proposer, actor, reason, proposed_at, state, decided_by, decided_at)
      SELECT 'c' || i, 'credit', 's', '{}', 'p', 'a', '', 1, CASE WHEN i % 50 = 0 THEN 'pending' ELSE 'rejected' END, CASE WHEN i % 50 <> 0 THEN 'd' END, CASE WHEN i % 50 <> 0 THEN 1 END ${series};
    INSERT INTO withdrawal_quorums SELECT 'w' || i, 1, 'w' || i || ':1', NULL, 0, '{}', '', '', 1 ${series};
    INSERT INTO withdrawal_approvals SELECT 'w' || i || ':1', 'w' || i, 1, NULL, 'o', 1, '', '', 1 ${series};
    INSERT INTO sub_account_transfers SELECT i, 1, i % 100 + 1, (i + 1) % 100 + 1, 'BTC', 1, i, 'c' || i ${series};
    INSERT INTO wallet_transfers SELECT i, i % 100 + 1, 'spot', 'BTC', 1, i ${series};
    INSERT INTO dust_conversions SELECT i, i % 100 + 1, '[]', i ${series};
    INSERT INTO dividends SELECT i, 'BTC', 'BTC', 'N', 1, '', CASE WHEN i % 1000 = 0 THEN 'distributing' ELSE 'done' END, 1, i ${series};
    INSERT INTO withdrawal_questionnaires SELECT 'w' || i, i, i % 100 + 1, 'JP', '{}', i ${series};
    INSERT INTO withdrawal_claims SELECT 'w' || i || ':1', 'w' || i, 1, NULL, 'N', 'o', CASE i % 50 WHEN 0 THEN 'held' WHEN 1 THEN 'unknown' ELSE 'ended' END, 1, i, CASE WHEN i % 50 > 1 THEN 1 END, NULL ${series};
    INSERT INTO address_pool (address_group, address_key, address_tag, address, imported_at, account_id, used_at, unique_key) SELECT 'N' || i % 100, 'k' || i, '', 'x', 1, CASE WHEN i % 50 <> 0 THEN i END, CASE WHEN i % 50 <> 0 THEN 1 END, 'k' || i ${series};
    INSERT INTO withdrawal_attempts SELECT 'w' || i, 1, 'N', 'a' || i, 's', 'sent', 1 ${series};
    INSERT INTO withdrawal_key_operators SELECT 'w' || i, 'o' ${series};
    INSERT INTO idempotency_keys SELECT 'x', 'k' || i, '', '{}', 1 ${series};
    INSERT INTO chain_reservations SELECT 'N', 'nonce ' || i, 'w' || i ${series};
    INSERT INTO dividend_shares SELECT i, i % 100 + 1, 1 ${series};
    INSERT INTO dividend_payments SELECT i, i % 100 + 1, 'BTC', 1, '', i ${series};
    INSERT INTO order_events (account_id, symbol, time_in_force, submitted, filled, outcome, at) SELECT i % 100 + 1, 's', 'GTC', '1', '1', 'f', i ${series};
    INSERT INTO trading_indicators SELECT i, CASE WHEN i % 1000 = 0 THEN '{"a":[]}' ELSE '{}' END, 1 ${series};
    INSERT INTO event_log (at, transfers, events) SELECT i, '[]', '[]' ${series};
    INSERT INTO bans SELECT 'ip' || i, 1, 1, 1 ${series};
    INSERT INTO api_keys SELECT 'k' || i, i, '', 'hmac', 's', NULL, '[]', '[]', NULL, 1, 1, false ${series};
    INSERT INTO operators SELECT 'o' || i, 'n' || i, '[]', 'active', NULL, 1, NULL ${series};
    INSERT INTO operator_sessions SELECT 's' || i, lpad('' || i, 64, '0'), 'o' || i, 1, 1, 1, 1, '', '', 1, '' ${series};
    INSERT INTO operator_passkeys SELECT 'c' || i, 'o' || i, '', '', 0, '[]', '', 1, 1, NULL ${series};
    INSERT INTO operator_links SELECT 'o' || i, lpad('' || i, 64, '0'), 1, 1 ${series};
    INSERT INTO operator_tokens SELECT 't' || i, lpad('' || i, 64, '0'), 'n' || i, '[]', '[]', NULL, NULL, 1, NULL, NULL ${series};
    ANALYZE`);
  await client.end();
}

async function explained({ kind, location }: Site): Promise<Explained> {
  if (kind !== 'PostgreSQL') return explainSqlite(location);
  await fillPostgres(location);
  return explainPostgres(location);
}

conformance(
  'each read uses its index',
  async (site) => {
    const { explain, primaryKey: ownKey, close } = await explained(site);
    try {
      for (const [name, call, ...indexes] of reads) {
        const plans = await Promise.all((await statementsOf(call)).map(explain));
        assert.ok(plans.length > 0, name);
        for (const plan of plans)
          for (const index of indexes) {
            const used = index === primaryKey ? ownKey : new RegExp(`\\b${index}\\b`);
            assert.match(plan, used, `${name}:\n${plan}`);
          }
      }
    } finally {
      await close();
    }
  },
  ['SQLite on disk', 'PostgreSQL'],
);

conformance(
  'a withdrawal or a deposit that a row names is read by its id',
  async (site) => {
    const { explain, close } = await explained(site);
    for (const [name, call] of readsOfMovements) {
      const [plan = ''] = await Promise.all((await statementsOf(call)).map(explain));
      assert.match(plan, /\b(withdrawals_pkey|sqlite_autoindex_withdrawals_1)\b/, `${name}:\n${plan}`);
      assert.match(plan, /\b(deposits_id_key|sqlite_autoindex_deposits_1)\b/, `${name}:\n${plan}`);
      assert.doesNotMatch(plan, /scan (on )?(withdrawals|deposits)\b/i, `${name}:\n${plan}`);
    }
    await close();
  },
  ['SQLite on disk', 'PostgreSQL'],
);

const lookups = { ...otherLookups, ...addressLookups, ...operatorLookups };
const lookupFiles = ['address-lookups.ts', 'lookups.ts', 'operator-lookups.ts'];

/** Reference data and cursors: a few rows, for which PostgreSQL needs no index. */
type SmallTableLookup = 'everyOperator' | 'settingNamed' | 'networkNamed' | 'assetNamed' | 'chainCursorOf';
type Limit = 'maxCounted' | 'maxAddressBookEntries' | 'maxSubAccounts' | 'maxKeysOfSubAccount';
type LookupName = Exclude<keyof typeof lookups, Limit | SmallTableLookup>;

/** Calls of every lookup: one that is missing here is a type error. */
const commandLookups: Readonly<Record<LookupName, readonly AnyLookup[]>> = {
  accountById: [lookups.accountById(7)],
  accountByEmail: [lookups.accountByEmail('a7')],
  accountSwitchesOf: [lookups.accountSwitchesOf(7)],
  accountTagsOf: [lookups.accountTagsOf(7)],
  familyTagsOf: [lookups.familyTagsOf(7)],
  denialsOf: [lookups.denialsOf(7, 1, 'r')],
  pendingChange: [lookups.pendingChange('c7')],
  quorumOf: [lookups.quorumOf('w7')],
  claimsOf: [lookups.claimsOf('w7')],
  claimById: [lookups.claimById('w7:1')],
  attemptOfTransaction: [lookups.attemptOfTransaction('N', 'a7')],
  depositOfTransaction: [lookups.depositOfTransaction('N', 'a7')],
  importedAddress: [lookups.importedAddress('N7', 'k7')],
  pooledAddress: [lookups.pooledAddress('N7', 'k7', '')],
  importedAnywhere: [lookups.importedAnywhere('k7', '')],
  keyOperatorOf: [lookups.keyOperatorOf('w7')],
  approvalsOf: [lookups.approvalsOf('w7')],
  balanceOf: [lookups.balanceOf(7, 'BTC')],
  balancesOfAsset: [lookups.balancesOfAsset('NONE')],
  closedDay: [lookups.closedDay(7)],
  custodyOf: [lookups.custodyOf('A7')],
  familyTransferOfClient: [lookups.familyTransferOfClient(1, 'c7')],
  withdrawalById: [lookups.withdrawalById('w7')],
  withdrawalByOrderId: [lookups.withdrawalByOrderId(7, 'o7')],
  questionnaireOf: [lookups.questionnaireOf('w7')],
  withdrawalsSince: [lookups.withdrawalsSince(7, 19_000)],
  attemptsOf: [lookups.attemptsOf('w7')],
  chainReservationOf: [lookups.chainReservationOf('N', 'nonce 7')],
  depositAddressAt: [lookups.depositAddressAt('N7', 'k7', '')],
  depositAddressesOf: [lookups.depositAddressesOf(7, 'N7')],
  operatorById: [lookups.operatorById('o7')],
  operatorNamed: [lookups.operatorNamed('n7')],
  sessionsOfOperator: [lookups.sessionsOfOperator('o7')],
  passkeyOf: [lookups.passkeyOf('c7')],
  passkeysOfOperator: [lookups.passkeysOfOperator('o7')],
  linkOfOperator: [lookups.linkOfOperator('o7')],
  linkWithSecret: [lookups.linkWithSecret('7'.padStart(64, '0'))],
  operatorTokensNamed: [lookups.operatorTokensNamed('n7')],
  operatorSessionById: [lookups.operatorSessionById('s7')],
  operatorTokenById: [lookups.operatorTokenById('t7')],
  ownAddress: [lookups.ownAddress('N7', 'k7')],
  addressesOfGroup: [lookups.addressesOfGroup('N7')],
  openWithdrawalsOn: [lookups.openWithdrawalsOn('N'), lookups.openWithdrawalsOn('N', 'BTC')],
  openDepositsOn: [lookups.openDepositsOn('N'), lookups.openDepositsOn('N', 'BTC')],
  depositById: [lookups.depositById('d7')],
  depositOfOutput: [lookups.depositOfOutput('N', 't7', 0, 'BTC')],
  apiKeyNamed: [lookups.apiKeyNamed('k7')],
  dustConversionsSince: [lookups.dustConversionsSince(7, 19_000)],
  eventNumbered: [lookups.eventNumbered(7)],
  banOf: [lookups.banOf('ip7')],
  transferSealsSince: [lookups.transferSealsSince(19_990)],
  dividendNumbered: [lookups.dividendNumbered(7)],
  dividendShareOf: [lookups.dividendShareOf(7, 8)],
  dividendSharesOf: [lookups.dividendSharesOf(7)],
  addressBookEntry: [lookups.addressBookEntry(7, 'BTC', 'N', 'k7', '')],
  addressBookOf: [lookups.addressBookOf(7)],
  subAccountsOf: [lookups.subAccountsOf(7)],
  keysOfSubAccount: [lookups.keysOfSubAccount(7)],
  idempotencyKeyOf: [lookups.idempotencyKeyOf('creditAccount', 'key7')],
};

test('the lookups of all files are looked at', () => {
  const files = readdirSync(new URL('../../../src/store/', import.meta.url));
  assert.deepEqual(files.filter((name) => name.endsWith('lookups.ts')).sort(), lookupFiles);
});

test('PostgreSQL: each lookup of the commands uses an index', {
  skip: skipWithoutPostgres,
}, async () => {
  const site = await openSite('PostgreSQL');
  await (await site.open()).reads.lastSeal();
  await fillPostgres(site.location);
  const connection = new WriteConnection({
    database: databaseAt(site.location),
    answerMs: 5000,
    commitMs: 5000,
  });
  await connection.begin([]);
  const wrong: string[] = [];
  for (const lookup of Object.values(commandLookups).flat()) {
    const wanted = new Map([['', { where: lookup.where, since: lookup.since?.value }]]);
    const { sql, parameters = [] } = fetchStatements(shapeOf(lookup), wanted, true).at(-1)!;
    const [rows = []] = await connection.run([{ sql: `EXPLAIN ${sql}`, parameters }]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    // With a filter of the join, a whole index is read in order, and each of its rows compared. All balances are of the
    // asset that is looked up.
    const comparesAll = plan.includes('Join Filter') && lookup.table !== 'balances';
    if (!/Index/.test(plan) || /Seq Scan/.test(plan) || comparesAll) wrong.push(`${lookup.table}: ${plan}`);
  }
  connection.rollBack();
  await connection.close();
  await site.close();
  assert.equal(
    wrong.join('\n'),
    '',
    'lookups without an index, or of tables that `fillPostgres` leaves empty',
  );
});
