/**
 * The reads of a store: each is one statement served by an index and returns a bounded page, unless noted otherwise. A
 * read sees every commit that was acknowledged before it was called.
 */
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import type { DepositStage } from '../domain/deposit/deposit-stage.ts';
import type { Wallet } from '../domain/ledger/ledger.ts';
import type { Row, SequenceName, TableName } from './tables.ts';

export type Page = { readonly limit: number; readonly offset: number };

/** A page of a history: the newest rows first, or as the read says. */
export type HistoryPage = Page & { readonly newestFirst?: boolean };

/** Time range, ms, inclusive. */
export type Range = { readonly from?: number | undefined; readonly to?: number | undefined };

export type WithdrawalFilter = Range & {
  readonly asset?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  readonly orderId?: string | undefined;
  /** At least one. */
  readonly ids?: readonly string[] | undefined;
};
export type QuestionnaireFilter = Range & {
  readonly asset?: string | undefined;
  readonly network?: string | undefined;
  readonly orderId?: string | undefined;
  /** At least one. */
  readonly trIds?: readonly number[] | undefined;
  /** At least one. */
  readonly txIds?: readonly string[] | undefined;
};
export type DepositFilter = Range & {
  readonly asset?: string | undefined;
  /** At least one. */
  readonly stages?: readonly string[] | undefined;
  readonly txId?: string | undefined;
};
export type SubAccountFilter = {
  readonly email?: string | undefined;
  readonly enabled?: boolean | undefined;
};

/** By one side, or by the client id, which is unique for each master. */
export type FamilyTransferFilter = Required<Range> &
  (
    | { readonly fromAccountId: number; readonly clientId?: string | undefined }
    | { readonly toAccountId: number; readonly clientId?: string | undefined }
    | { readonly masterId: number; readonly clientId: string }
  ) & { readonly asset?: string | undefined };

export type NamedFamilyTransfer = Row<'sub_account_transfers'> & {
  readonly fromEmail: string;
  readonly toEmail: string;
};

/** The stages in which a withdrawal is open and its money is held. */
export type OpenStage = 'email-sent' | 'awaiting-approval' | 'queued' | 'waiting' | 'broadcast';

/** Identifies the withdrawals of one asset on one network that wait for the same reason. */
export type WaitingLine = Pick<Row<'withdrawals'>, 'waitingFor' | 'network' | 'asset'>;

/** Numbers of open withdrawals, deposits and unsealed transfers. */
export type Backlog = {
  readonly withdrawals: Readonly<Record<OpenStage, number>>;
  /** Withdrawals of stage `waiting`, by reason. */
  readonly waitingFor: Readonly<Record<WaitingReason, number>>;
  /** Deposits in progress. */
  readonly deposits: number;
  /** Deposits whose owner an operator must determine. */
  readonly unattributedDeposits: number;
  /** Upper bound of the number of unsealed transfers; `seq` may have gaps. */
  readonly unsealedTransfers: number;
};

/** The balance of an account in one asset and wallet. What is held is either being withdrawn or locked. */
export type AccountBalance = {
  readonly asset: string;
  readonly wallet: Wallet;
  readonly free: bigint;
  /** Held by open withdrawals. */
  readonly withdrawing: bigint;
  /** Held by deposits that are credited and cannot be used yet. */
  readonly locked: bigint;
};

export type Counted<T> = { readonly rows: readonly T[]; readonly total: number };

/** Reads of any table. */
export type RowReads = {
  /** The first matching row, in the order of the key. */
  row<T extends TableName>(table: T, where: Partial<Row<T>>): Promise<Row<T> | undefined>;
  /** All matching rows, in the order of the key; not paged. */
  rows<T extends TableName>(table: T, where: Partial<Row<T>>): Promise<readonly Row<T>[]>;
  /** The newest rows, oldest first; `stages` filters withdrawals. */
  latest<T extends 'deposits' | 'withdrawals' | 'audit'>(
    table: T,
    page: Page,
    stages?: readonly string[],
  ): Promise<readonly Row<T>[]>;
};

export type AccountReads = {
  /** All accounts except the reserved one, oldest first. */
  accounts(page: Page): Promise<readonly Row<'accounts'>[]>;
  /** E-mails by account id. Accounts that do not exist are missing. */
  emailsOf(accountIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  subAccounts(masterId: number, filter: SubAccountFilter, page: Page): Promise<readonly Row<'accounts'>[]>;
  /** The number of the sub-accounts that `subAccounts` pages through. */
  countSubAccounts(masterId: number, filter: SubAccountFilter): Promise<number>;
  /** From and to an account, oldest first. */
  subAccountTransfers(
    accountId: number,
    range: Required<Range>,
    page: Page,
  ): Promise<readonly NamedFamilyTransfer[]>;
  /** Newest first. */
  familyTransfers(filter: FamilyTransferFilter, page: Page): Promise<readonly NamedFamilyTransfer[]>;
  countFamilyTransfers(filter: FamilyTransferFilter): Promise<number>;
};

export type WithdrawalReads = {
  /** Oldest first; without `from`, the newest page. */
  withdrawals(
    accountId: number,
    filter: WithdrawalFilter,
    page: HistoryPage,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** Open withdrawals of all accounts in a stage, oldest first. */
  withdrawalsUnderWay(
    stage: OpenStage,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** Withdrawals that have a single transaction, which is one of these. */
  withdrawalsOfTransactions(
    network: string,
    txIds: readonly string[],
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** The withdrawals of an account with one of these order ids, in no particular order. */
  withdrawalsOfOrders(accountId: number, orderIds: readonly string[]): Promise<readonly Row<'withdrawals'>[]>;
  /** Attempts with one of these transactions, of withdrawals that have several. */
  attemptsOfTransactions(
    network: string,
    txIds: readonly string[],
  ): Promise<readonly Row<'withdrawal_attempts'>[]>;
};

/** A withdrawal and its questionnaire. */
export type AnsweredWithdrawal = {
  readonly withdrawal: Row<'withdrawals'>;
  readonly answered: Row<'withdrawal_questionnaires'>;
};

export type QuestionnaireReads = {
  /** Newest first. */
  questionnaires(
    accountId: number,
    filter: QuestionnaireFilter,
    page: Page,
  ): Promise<readonly AnsweredWithdrawal[]>;
};

/** Waiting withdrawals, by line. */
export type WaitingReads = {
  /** The reasons, networks and assets for which withdrawals wait. */
  waitingLines(): Promise<readonly WaitingLine[]>;
  /** The withdrawals of one line, in the order of submission. */
  waitingIn(line: WaitingLine, afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  /** Withdrawals that wait because their account was disabled, of accounts that are enabled again. */
  waitingOfEnabledAccounts(afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
};

export type DepositReads = {
  /** Oldest first; without `from`, the newest page. */
  deposits(accountId: number, filter: DepositFilter, page: HistoryPage): Promise<readonly Row<'deposits'>[]>;
  /** The newest unresolved deposits of the reserved account, oldest first. */
  latestUnattributed(page: Page): Promise<readonly Row<'deposits'>[]>;
  /** Whether an address belongs to this exchange, with any tag. */
  isDepositAddress(addressGroup: string, addressKey: string): Promise<boolean>;
  /** Deposits on a network that wait for confirmations. */
  depositsInProgress(network: string, afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
  /** Deposits in progress on all networks, ordered by network and `seq`. */
  depositsInProgressAfter(
    network: string,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** Deposits of the reserved account in a stage, oldest first. */
  depositsUnattributed(
    stage: DepositStage,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** Deposits in blocks above a height. */
  depositsInBlocksAbove(
    network: string,
    height: number,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** Credited deposits of all networks whose block was reorganised away. */
  depositsReorganised(afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
  /** Deposits of all accounts with more decimals than their asset has. */
  depositsWithRemainder(afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
};

export type LedgerReads = {
  transfersAfter(seq: number, limit: number): Promise<readonly Row<'transfers'>[]>;
  balancesAfter(
    accountId: number,
    asset: string,
    wallet: string,
    limit: number,
  ): Promise<readonly Row<'balances'>[]>;
  /**
   * The balances of an account, ordered by asset and wallet, including those of zero; not paged. It reads one row for
   * each locked deposit.
   */
  accountBalances(
    accountId: number,
    filter: { readonly asset?: string | undefined; readonly wallet?: Wallet | undefined },
  ): Promise<readonly AccountBalance[]>;
  /** The transfers out of one wallet of an account, newest first. */
  walletTransfers(
    accountId: number,
    filter: Range & { readonly fromWallet: Wallet },
    page: Page,
  ): Promise<Counted<Row<'wallet_transfers'>>>;
  /** The newest page of those in the range, oldest first. */
  dustConversions(accountId: number, page: Page, range?: Range): Promise<Counted<Row<'dust_conversions'>>>;
  /** The newest closed day that is complete and not after `day`. */
  closedDay(day: number): Promise<Row<'closed_days'> | undefined>;
  /** The newest closed day, complete or not. */
  lastClosedDay(): Promise<Row<'closed_days'> | undefined>;
  /** For each balance of the accounts that was ever closed, the newest closing not after `day`. */
  closingBalances(accountIds: readonly number[], day: number): Promise<readonly Row<'closing_balances'>[]>;
  /** The number of the first transfer after `seq` whose time is later than `atMs`. Reads all transfers up to it. */
  firstTransferLaterThan(seq: number, atMs: number): Promise<number | undefined>;
  /** The transfers of an account with numbers in the interval, by number. Reads all transfers of the interval. */
  accountTransfers(
    accountId: number,
    interval: { readonly after: number; readonly through: number },
    filter: { readonly asset?: string | undefined },
    limit: number,
  ): Promise<readonly Row<'transfers'>[]>;
  lastSeal(): Promise<Row<'transfer_seals'> | undefined>;
  sealsAfter(lastSeq: number, limit: number): Promise<readonly Row<'transfer_seals'>[]>;
};

/** Rows in the order of their numbers; `pruned` if rows after the given number were deleted: all before `firstSeq`. */
export type EventPage =
  | { readonly kind: 'events'; readonly rows: readonly Row<'event_log'>[] }
  | {
      readonly kind: 'pruned';
      readonly firstSeq: number;
      /** The highest number of a transfer of the deleted rows; 0 if they had none. */
      readonly lastTransfer: number;
    };

/** The free Spot balances of an account, and which commits they contain. */
export type FreeBalances = {
  /** Units by asset. */
  readonly free: ReadonlyMap<string, bigint>;
  /** The highest number of a commit that they contain; 0 if the log is empty. */
  readonly lastSeq: number;
  /** Lower numbers, in ascending order, of commits that they do not contain because they may be in progress. */
  readonly missing: readonly number[];
};

/** The part of a transfer that changes balances. */
export type TransferAmounts = Pick<
  Row<'transfers'>,
  'seq' | 'asset' | 'amount' | 'debit' | 'credit' | 'reference'
>;

export type EventReads = {
  /** As of one moment. */
  freeBalances(accountId: number): Promise<FreeBalances>;
  /** The transfers with numbers from `first` to `last` that change a free Spot balance. */
  freeTransfers(first: number, last: number, limit: number): Promise<readonly TransferAmounts[]>;
  /**
   * The commits after a number, in an order in which no later commit can precede one that was returned. Numbers may be
   * skipped. While a commit is in progress, the commits after it may not be returned yet.
   */
  eventsAfter(seq: number, limit: number): Promise<EventPage>;
};

export type DividendReads = {
  /** Balances of one asset, ordered by account. */
  balancesOfAssetAfter(
    asset: string,
    accountId: number,
    wallet: string,
    limit: number,
  ): Promise<readonly Row<'balances'>[]>;
  /** The newest dividends that are being paid or have been paid, oldest first. */
  dividends(page: Page): Promise<readonly Row<'dividends'>[]>;
  /** Dividends that are being prepared or paid. */
  dividendsUnfinished(): Promise<readonly Row<'dividends'>[]>;
  /** Unpaid shares of a dividend, ordered by account. */
  dividendShares(tranId: number, limit: number): Promise<readonly Row<'dividend_shares'>[]>;
  dividendPayments(
    accountId: number,
    filter: Range & { readonly asset?: string | undefined },
    limit: number,
  ): Promise<Counted<Row<'dividend_payments'>>>;
};

export type TradingReads = {
  /** Accounts with order events since a time (ms). */
  tradingAccounts(since: number): Promise<readonly number[]>;
  /** Accounts that have stored indicators, with or without order events. */
  accountsWithIndicators(): Promise<readonly number[]>;
  /**
   * Order events of an account, oldest first: those after (`since`, `afterSeq`) in the order of time (ms) and `seq`.
   */
  orderEvents(
    accountId: number,
    since: number,
    afterSeq?: number,
    limit?: number,
  ): Promise<readonly Row<'order_events'>[]>;
  /** The `seq` of order events before a time (ms). */
  orderEventsBefore(before: number, limit: number): Promise<readonly number[]>;
};

export type BacklogReads = {
  backlog(): Promise<Backlog>;
};

/** What a sequence has counted, and what is in use. */
export type SequenceState = {
  readonly name: SequenceName;
  /** The last number that was taken; null if the sequence is missing. */
  readonly last: number | null;
  /** The highest number that is the key of a row; 0 if there is none. */
  readonly highest: number;
};

export type SequenceReads = {
  /** All sequences. */
  sequences(): Promise<readonly SequenceState[]>;
};

export type Reads = RowReads &
  AccountReads &
  WithdrawalReads &
  QuestionnaireReads &
  WaitingReads &
  DepositReads &
  LedgerReads &
  EventReads &
  DividendReads &
  TradingReads &
  BacklogReads &
  SequenceReads;
