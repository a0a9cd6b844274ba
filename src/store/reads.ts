/**
 * The reads of the store: one statement each, served by an index, a bounded page. They see everything that was
 * acknowledged before they were called.
 */
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import type { DepositStage } from '../domain/deposit/deposit-stage.ts';
import type { Row, TableName } from './tables.ts';

export type Page = { readonly limit: number; readonly offset: number };

/** Bounds in time, inclusive, ms. */
export type Range = { readonly from?: number | undefined; readonly to?: number | undefined };

export type WithdrawalFilter = Range & {
  readonly asset?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  readonly orderId?: string | undefined;
};
export type DepositFilter = Range & {
  readonly asset?: string | undefined;
  readonly stages?: readonly string[] | undefined;
};
export type SubAccountFilter = {
  readonly email?: string | undefined;
  readonly enabled?: boolean | undefined;
};

/** The stages in which a withdrawal is under way: its money is held. */
export type OpenStage = 'email-sent' | 'awaiting-approval' | 'queued' | 'waiting' | 'broadcast';

/** Withdrawals that wait for the same reason, on the same network and of the same asset. */
export type WaitingLine = Pick<Row<'withdrawals'>, 'waitingFor' | 'network' | 'asset'>;

/** What waits, counted. */
export type Backlog = {
  readonly withdrawals: Readonly<Record<OpenStage, number>>;
  /** Those of stage `waiting`, by their reason. */
  readonly waitingFor: Readonly<Record<WaitingReason, number>>;
  /** Deposits that are not free yet. */
  readonly deposits: number;
  /** Deposits that wait for an operator to say whose they are. */
  readonly unattributedDeposits: number;
  /** Transfers that no seal covers; at most, for numbers may have been skipped. */
  readonly unsealedTransfers: number;
};

export type Counted<T> = { readonly rows: readonly T[]; readonly total: number };

export type Reads = {
  /** In the order of their key. */
  row<T extends TableName>(table: T, where: Partial<Row<T>>): Promise<Row<T> | undefined>;
  rows<T extends TableName>(table: T, where: Partial<Row<T>>): Promise<readonly Row<T>[]>;

  /** Oldest first; without `from` the newest page. */
  withdrawals(
    accountId: number,
    filter: WithdrawalFilter,
    page: Page,
  ): Promise<readonly Row<'withdrawals'>[]>;
  deposits(accountId: number, filter: DepositFilter, page: Page): Promise<readonly Row<'deposits'>[]>;
  dustConversions(accountId: number, page: Page): Promise<Counted<Row<'dust_conversions'>>>;
  dividendPayments(
    accountId: number,
    filter: Range & { readonly asset?: string | undefined },
    limit: number,
  ): Promise<Counted<Row<'dividend_payments'>>>;
  /** Of all accounts, oldest first. */
  accounts(page: Page): Promise<readonly Row<'accounts'>[]>;
  subAccounts(masterId: number, filter: SubAccountFilter, page: Page): Promise<readonly Row<'accounts'>[]>;
  subAccountTransfers(
    accountId: number,
    range: Required<Range>,
    page: Page,
  ): Promise<
    readonly (Row<'sub_account_transfers'> & { readonly fromEmail: string; readonly toEmail: string })[]
  >;

  /** Of all accounts, oldest first, for the workers. */
  withdrawalsUnderWay(
    stage: OpenStage,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** The lines in which withdrawals wait. */
  waitingLines(): Promise<readonly WaitingLine[]>;
  /** One line in the order of submission. */
  waitingIn(line: WaitingLine, afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  /** Those that wait because their account was disabled, of accounts that are enabled now. */
  waitingOfEnabledAccounts(afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  withdrawalsOfTransactions(
    network: string,
    txIds: readonly string[],
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** Whether an address is one of ours, with whatever tag. */
  isDepositAddress(addressGroup: string, addressKey: string): Promise<boolean>;
  /** Those whose confirmations are followed. */
  depositsInProgress(network: string, afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
  /** Deposits of the reserved account in a stage, oldest first. */
  depositsUnattributed(
    stage: DepositStage,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** Deposits of all accounts that brought more decimals than their asset has. */
  depositsWithRemainder(afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
  /** Those in progress of all networks, by network and number. */
  depositsInProgressAfter(
    network: string,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** The newest rows, oldest first; `stages` filters withdrawals. */
  latest<T extends 'deposits' | 'withdrawals' | 'audit'>(
    table: T,
    page: Page,
    stages?: readonly string[],
  ): Promise<readonly Row<T>[]>;
  /** The same of the deposits of the reserved account that wait for an operator. */
  latestUnattributed(page: Page): Promise<readonly Row<'deposits'>[]>;
  transfersAfter(seq: number, limit: number): Promise<readonly Row<'transfers'>[]>;
  /** Balances of one asset, by account. */
  balancesOfAssetAfter(asset: string, accountId: number, limit: number): Promise<readonly Row<'balances'>[]>;
  balancesAfter(accountId: number, asset: string, limit: number): Promise<readonly Row<'balances'>[]>;
  backlog(): Promise<Backlog>;
  /** The newest that have begun to be paid, oldest first. */
  dividends(page: Page): Promise<readonly Row<'dividends'>[]>;
  /** Those that are being prepared or paid. */
  dividendsUnfinished(): Promise<readonly Row<'dividends'>[]>;
  /** What is still to be paid, by account. */
  dividendShares(tranId: number, limit: number): Promise<readonly Row<'dividend_shares'>[]>;
  lastSeal(): Promise<Row<'transfer_seals'> | undefined>;
  sealsAfter(lastSeq: number, limit: number): Promise<readonly Row<'transfer_seals'>[]>;
  /** Accounts with order events since a time. */
  tradingAccounts(since: number): Promise<readonly number[]>;
  /** Accounts that are shown with indicators, whatever has become of their order events. */
  accountsWithIndicators(): Promise<readonly number[]>;
  /** Of one account, oldest first: those after `afterSeq` of the time `since`, and all that are later. */
  orderEvents(
    accountId: number,
    since: number,
    afterSeq?: number,
    limit?: number,
  ): Promise<readonly Row<'order_events'>[]>;
  /** The numbers of order events that are older than a time. */
  orderEventsBefore(before: number, limit: number): Promise<readonly number[]>;
};
