/**
 * Lists of all accounts, newest first. A read looks at a bounded number of rows, whatever the filter and however many
 * rows there are.
 */
import type { Row } from '../tables.ts';
import type { Range } from './page.ts';

/** A row's place in a list: its time (ms), and its number, which decides between rows of the same time. */
export type Place = { readonly at: number; readonly seq: number };

export type ListWindow = {
  /** Only rows behind this place; undefined: from the newest row. */
  readonly before?: Place | undefined;
  /** Rows that are returned at most. */
  readonly limit: number;
  /** Rows that are looked at, at most, if the filter has conditions beyond those of the index. */
  readonly scan: number;
};

export type Slice<R> = {
  readonly rows: readonly R[];
  /** The place up to which the list was read; null if there are no more rows. */
  readonly next: Place | null;
};

/** Conditions on an amount in units, both inclusive. */
export type AmountRange = { readonly min?: bigint | undefined; readonly max?: bigint | undefined };

/** Rows with numbers after the first and up to the second. */
export type SeqInterval = { readonly after: number; readonly through: number };

type Common = Range &
  AmountRange & {
    readonly asset?: string | undefined;
    readonly seqs?: SeqInterval | undefined;
  };

export type WithdrawalListFilter = Common & {
  readonly accountId?: number | undefined;
  readonly network?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  /** All spellings, at least one. Without an account or ids, blocks of withdrawals are searched. */
  readonly addresses?: readonly string[] | undefined;
  /** At most a thousand. */
  readonly ids?: readonly string[] | undefined;
};

export type DepositListFilter = Common & {
  readonly accountId?: number | undefined;
  readonly network?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  /** All spellings, at least one. */
  readonly addresses?: readonly string[] | undefined;
  /** All spellings, on each of these networks. */
  readonly transactions?:
    | { readonly networks: readonly string[]; readonly txIds: readonly string[] }
    | undefined;
};

/** Conditions on a withdrawal or a deposit, all of which it meets. */
export type MovementFilter = AmountRange & {
  readonly accountId?: number | undefined;
  readonly asset?: string | undefined;
  readonly network?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  /** All spellings, at least one. */
  readonly addresses?: readonly string[] | undefined;
  /** Ids of withdrawals and deposits, at most two thousand. */
  readonly ids?: readonly string[] | undefined;
};

export type TransferListFilter = Common & {
  readonly kinds?: readonly string[] | undefined;
  /** Ledger accounts, one of which is debited or credited. */
  readonly ledgerAccounts?: readonly string[] | undefined;
  readonly reference?: string | undefined;
  /** The movement that its reference names. A filter by network alone also finds the transfers of its custody. */
  readonly movement?: MovementFilter | undefined;
  /** Intervals that contain all rows, if they are known: at least one, no two of which overlap. */
  readonly places?: readonly SeqInterval[] | undefined;
};

export type AuditListFilter = Range & {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly seqs?: SeqInterval | undefined;
  /**
   * The subject of the entry: a withdrawal or a deposit. With no other conditions than these, also an account (its
   * e-mail is the subject), an asset or a network (it is the subject, or the details name it) and an address (the
   * details name it).
   */
  readonly about?: (MovementFilter & { readonly email?: string | undefined }) | undefined;
  /** The subjects of all rows except those whose details name an address, if they are known. At most two thousand. */
  readonly subjects?: readonly string[] | undefined;
};

/** Tables whose rows are numbered in the order of their times, except for differences between the clocks of processes. */
export type TimedTable = 'withdrawals' | 'deposits' | 'transfers' | 'audit';

export type ListReads = {
  listedWithdrawals(filter: WithdrawalListFilter, window: ListWindow): Promise<Slice<Row<'withdrawals'>>>;
  listedDeposits(filter: DepositListFilter, window: ListWindow): Promise<Slice<Row<'deposits'>>>;
  listedTransfers(filter: TransferListFilter, window: ListWindow): Promise<Slice<Row<'transfers'>>>;
  listedAudit(filter: AuditListFilter, window: ListWindow): Promise<Slice<Row<'audit'>>>;
  /** The first seals at or after these transfers: those that cover them. @param seqs at least one. */
  sealsCovering(seqs: readonly number[]): Promise<readonly Row<'transfer_seals'>[]>;
  /**
   * The numbers of the rows whose times are in a range, found by halving. Rows that are out of order by up to a minute
   * are within the interval; it may contain other rows too.
   */
  seqsInRange(table: TimedTable, range: Range): Promise<SeqInterval>;
  /** The ids of the withdrawals of all accounts with an order id. */
  withdrawalIdsOfOrder(orderId: string, limit: number): Promise<readonly string[]>;
  /** The ids of the withdrawals with a transaction, on any network or within the exchange. @param txIds at least one. */
  withdrawalIdsOfTransaction(txIds: readonly string[], limit: number): Promise<readonly string[]>;
};
