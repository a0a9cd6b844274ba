/**
 * The tables of both stores: columns, their kinds, and keys. The SQL migrations create them; a conformance test
 * compares the two.
 */
import type { DepositStage } from '../contract/deposit-stages.ts';
import type { KeyType } from '../contract/key-types.ts';
import type { Permission } from '../contract/permission.ts';
import type { AttemptState, WaitingReason, WithdrawalStage } from '../contract/withdrawal-stages.ts';
import type { StoredAsset, TradingSymbol } from '../domain/catalog/catalog.ts';
import type { ConnectorKind, Network } from '../domain/catalog/network.ts';
import type { DividendState } from '../domain/dividend.ts';
import type { StoredDustLine } from '../domain/dust.ts';
import type { TransferKind, Wallet } from '../domain/ledger/ledger.ts';
import type { OrderEvent, StoredIndicators } from '../domain/trading/trading-status.ts';
import type { Answers } from '../domain/travel-rule/questionnaire.ts';
import { type Column, flag, integer, json, nullable, table, text, units, type ValueOf } from './columns.ts';
import type { LoggedEvent, SeqRange } from './logged-events.ts';
import { type ReferenceTable, referenceTables } from './reference-tables.ts';

export { type ReferenceTable, referenceTables };

/** The recipient of the fee of a withdrawal within the exchange, instead of the exchange. */
export type FeeRecipient = 'recipient' | 'sender';

export const tables = {
  accounts: table(
    {
      id: integer,
      email: text(),
      masterId: nullable(integer),
      enabled: flag,
      withdrawConfirmation: text<'none' | 'email'>(),
      whitelistOnly: flag,
      withdrawQuotaUsd: nullable(text()),
      travelRuleCountry: text(),
      statusMessage: nullable(text()),
      statusArguments: json<readonly string[]>(),
      mobile: text(),
      googleAuth: flag,
      activated: flag,
      lockedUntil: nullable(integer),
      lockReason: nullable(text()),
      lockCount: integer,
      lastLockedAt: nullable(integer),
      createdAt: integer,
    },
    ['id'],
  ),
  account_switches: table(
    { accountId: integer, spotBnbBurn: flag, interestBnbBurn: flag, fastWithdraw: flag, turnedAt: integer },
    ['accountId'],
  ),
  api_keys: table(
    {
      apiKey: text(),
      accountId: integer,
      name: text(),
      keyType: text<KeyType>(),
      encryptedSecret: nullable(text()),
      publicKey: nullable(text()),
      permissions: json<readonly Permission[]>(),
      ipAllowList: json<readonly string[]>(),
      expiresAt: nullable(integer),
      createdAt: integer,
      updatedAt: integer,
      demo: flag,
    },
    ['apiKey'],
  ),
  assets: table({ asset: text(), definition: json<StoredAsset>() }, ['asset']),
  networks: table({ network: text(), connector: text<ConnectorKind>(), definition: json<Network>() }, [
    'network',
  ]),
  prices: table({ asset: text(), price: text(), updatedAt: integer }, ['asset']),
  symbols: table({ symbol: text(), definition: json<TradingSymbol>() }, ['symbol']),
  settings: table({ name: text(), value: json<unknown>() }, ['name']),
  chain_cursors: table(
    { network: text(), height: integer, position: text(), depths: json<readonly number[]>() },
    ['network'],
  ),
  balances: table({ accountId: integer, asset: text(), wallet: text<Wallet>(), free: units, held: units }, [
    'accountId',
    'asset',
    'wallet',
  ]),
  custody: table({ asset: text(), network: text(), available: units, waiting: integer }, [
    'asset',
    'network',
  ]),
  transfers: table(
    {
      seq: integer,
      at: integer,
      kind: text<TransferKind>(),
      asset: text(),
      amount: units,
      debit: text(),
      credit: text(),
      reference: text(),
    },
    ['seq'],
  ),
  closed_days: table({ day: integer, lastSeq: integer, complete: flag }, ['day']),
  closing_balances: table(
    { accountId: integer, asset: text(), wallet: text<Wallet>(), day: integer, free: units, held: units },
    ['accountId', 'asset', 'wallet', 'day'],
  ),
  transfer_seals: table({ lastSeq: integer, hash: text(), sealedAt: integer }, ['lastSeq']),
  deposit_addresses: table(
    {
      addressGroup: text(),
      addressKey: text(),
      addressTag: text(),
      address: text(),
      accountId: integer,
      network: text(),
      createdAt: integer,
      retiredAt: nullable(integer),
    },
    ['addressGroup', 'addressKey', 'addressTag'],
  ),
  address_book: table(
    {
      accountId: integer,
      asset: text(),
      network: text(),
      addressKey: text(),
      addressTag: text(),
      address: text(),
      name: text(),
      originType: text(),
      origin: text(),
      whitelistedAt: nullable(integer),
      createdAt: integer,
    },
    ['accountId', 'asset', 'network', 'addressKey', 'addressTag'],
  ),
  deposits: table(
    {
      seq: integer,
      id: text(),
      accountId: integer,
      asset: text(),
      network: text(),
      address: text(),
      addressTag: text(),
      txId: text(),
      outputIndex: integer,
      amount: units,
      remainder: text(),
      stage: text<DepositStage>(),
      confirmations: integer,
      insertedAt: integer,
      completedAt: nullable(integer),
      blockHeight: nullable(integer),
      reorganisedAt: nullable(integer),
    },
    ['id'],
  ),
  withdrawals: table(
    {
      seq: integer,
      id: text(),
      accountId: integer,
      asset: text(),
      wallet: text<Wallet>(),
      network: text(),
      address: text(),
      addressTag: text(),
      amount: units,
      fee: units,
      feeTo: nullable(text<FeeRecipient>()),
      name: nullable(text()),
      orderId: nullable(text()),
      orderContent: nullable(text()),
      stage: text<WithdrawalStage>(),
      waitingFor: nullable(text<WaitingReason>()),
      txId: text(),
      signedTransaction: nullable(text()),
      failure: nullable(text()),
      appliedAt: integer,
      settledAt: nullable(integer),
    },
    ['id'],
  ),
  withdrawal_questionnaires: table(
    {
      withdrawalId: text(),
      trId: integer,
      accountId: integer,
      country: text(),
      questionnaire: json<Answers>(),
      at: integer,
    },
    ['withdrawalId'],
  ),
  withdrawal_attempts: table(
    {
      withdrawalId: text(),
      attempt: integer,
      network: text(),
      txId: text(),
      signedTransaction: text(),
      state: text<AttemptState>(),
      createdAt: integer,
    },
    ['withdrawalId', 'attempt'],
  ),
  chain_reservations: table({ network: text(), resource: text(), withdrawalId: text() }, [
    'network',
    'resource',
  ]),
  sub_account_transfers: table(
    {
      tranId: integer,
      masterId: integer,
      fromAccountId: integer,
      toAccountId: integer,
      asset: text(),
      amount: units,
      at: integer,
      clientId: nullable(text()),
    },
    ['tranId'],
  ),
  wallet_transfers: table(
    {
      tranId: integer,
      accountId: integer,
      fromWallet: text<Wallet>(),
      asset: text(),
      amount: units,
      at: integer,
    },
    ['tranId'],
  ),
  dust_conversions: table(
    { tranId: integer, accountId: integer, lines: json<readonly StoredDustLine[]>(), at: integer },
    ['tranId'],
  ),
  dividends: table(
    {
      tranId: integer,
      asset: text(),
      holdersOf: text(),
      network: text(),
      total: units,
      info: text(),
      state: text<DividendState>(),
      payments: integer,
      at: integer,
    },
    ['tranId'],
  ),
  dividend_shares: table({ tranId: integer, accountId: integer, amount: units }, ['tranId', 'accountId']),
  dividend_payments: table(
    {
      tranId: integer,
      accountId: integer,
      asset: text(),
      amount: units,
      info: text(),
      at: integer,
    },
    ['tranId', 'accountId'],
  ),
  order_events: table(
    {
      seq: integer,
      accountId: integer,
      symbol: text(),
      timeInForce: text<OrderEvent['timeInForce']>(),
      submitted: text(),
      filled: text(),
      outcome: text<OrderEvent['outcome']>(),
      openMs: nullable(integer),
      at: integer,
    },
    ['seq'],
  ),
  trading_indicators: table(
    { accountId: integer, indicators: json<StoredIndicators>(), evaluatedAt: integer },
    ['accountId'],
  ),
  bans: table({ ip: text(), bannedUntil: integer, offences: integer, lastOffenceAt: integer }, ['ip']),
  idempotency_keys: table(
    {
      operation: text(),
      idempotencyKey: text(),
      content: text(),
      reply: json<unknown>(),
      createdAt: integer,
    },
    ['operation', 'idempotencyKey'],
  ),
  audit: table(
    {
      seq: integer,
      at: integer,
      actor: text(),
      action: text(),
      subject: text(),
      reason: text(),
      details: json<unknown>(),
    },
    ['seq'],
  ),
  event_log: table(
    {
      seq: integer,
      at: integer,
      transfers: json<readonly SeqRange[]>(),
      events: json<readonly LoggedEvent[]>(),
    },
    ['seq'],
  ),
} as const;

export type Tables = typeof tables;
export type TableName = keyof Tables;

export type Row<T extends TableName> = {
  readonly [F in keyof Tables[T]['columns']]: ValueOf<Tables[T]['columns'][F]>;
};

/** The columns of a table, by field. */
export function columnsOf(table: TableName): Readonly<Record<string, Column>> {
  return tables[table].columns;
}

/** The fields of a table's key. */
export function keyOf(table: TableName): readonly string[] {
  return tables[table].key;
}

export function isReferenceTable(table: TableName): table is ReferenceTable {
  return (referenceTables as readonly TableName[]).includes(table);
}

/** Tables whose `seq` the store assigns. */
type Sequenced = 'transfers' | 'deposits' | 'withdrawals' | 'order_events' | 'audit' | 'event_log';
export const sequenced: ReadonlySet<TableName> = new Set<Sequenced>([
  'transfers',
  'deposits',
  'withdrawals',
  'order_events',
  'audit',
  'event_log',
]);

/**
 * Sequences, whose last numbers are in `sequences`: on SQLite a table that the store writes, on PostgreSQL a view of its own
 * sequences.
 */
export const sequenceNames = ['tran_ids', 'account_ids'] as const;
export type SequenceName = (typeof sequenceNames)[number];

/** A row to insert: without `seq` if the store assigns it. */
export type NewRow<T extends TableName> = T extends Sequenced ? Omit<Row<T>, 'seq'> : Row<T>;
