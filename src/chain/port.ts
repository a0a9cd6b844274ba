/**
 * What a chain is to the exchange: it makes addresses, prepares a transaction without sending it, sends exactly those
 * bytes any number of times, and tells what has become of a transaction.
 */
import type { Idempotency } from '../contract/idempotency.ts';
import type { AddressRules } from '../domain/address/address.ts';
import type { Network } from '../domain/catalog/network.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';

export type Payment = {
  readonly withdrawalId: string;
  readonly network: string;
  readonly rules: AddressRules;
  readonly asset: string;
  readonly address: string;
  readonly addressTag: string;
  /** Units. */
  readonly amount: bigint;
};

export type PreparedTransaction = { readonly txId: string; readonly signedTransaction: string };

export type TransactionState =
  /** In a block; the block itself counts as the first confirmation. */
  | { readonly state: 'confirmed'; readonly confirmations: number }
  | { readonly state: 'waiting' }
  /** It can never confirm. */
  | { readonly state: 'failed'; readonly failure: string }
  /** The chain has never heard of it. */
  | { readonly state: 'absent' };

/** One output of a transaction: what it pays of one asset to one address. */
export type OutputKey = {
  readonly txId: string;
  /** Which output of the transaction, or which log entry of it: 0 … 2^31 − 1. */
  readonly outputIndex: number;
  /** A native coin and a token may share an index. */
  readonly asset: string;
};

export type IncomingOutput = OutputKey & {
  readonly network: string;
  readonly address: string;
  readonly addressTag: string;
  /** Whole units of the asset. */
  readonly amount: bigint;
  /** What is beyond them: canonical decimal text, below one unit; mostly "0". */
  readonly remainder: string;
};

/** An output that is to be: the first of its transaction, and of whole units, unless said otherwise. */
export type NewOutput = Omit<IncomingOutput, 'outputIndex' | 'remainder'> &
  Partial<Pick<IncomingOutput, 'outputIndex' | 'remainder'>>;

export type Chain = {
  /** An address for deposits of an account on all networks of a group; the same for the same account and group. */
  newAddress(
    network: Network,
    accountId: number,
  ): Promise<{ readonly address: string; readonly addressTag: string }>;
  /** Pure: the same payment gives the same transaction, and nothing is sent. */
  prepare(payment: Payment): PreparedTransaction;
  /** Sends; the same bytes sent again are the same transaction. */
  broadcast(network: string, signedTransactions: readonly string[]): Promise<void>;
  /** What has become of our outgoing transactions. */
  find(network: string, txIds: readonly string[]): Promise<readonly TransactionState[]>;
  findIncoming(network: string, outputs: readonly OutputKey[]): Promise<readonly TransactionState[]>;
  /** Ids of our outgoing transactions that are in the blocks of these heights, inclusive. */
  confirmedBetween(network: string, fromHeight: number, toHeight: number): Promise<readonly string[]>;
  height(network: string): Promise<number>;
  /** Outputs to anybody that wait for a block, or are in one from this height on. */
  incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]>;
};

/** The simulated chain can be told what to do. */
export type ChainControl = {
  /**
   * Puts an output on the chain, unless there is one with its key already.
   * @returns what is on the chain under its key; null when the txId is that of an outgoing transaction.
   */
  receive(output: IncomingOutput): Promise<IncomingOutput | null>;
  /** Mines so many blocks, one or more; all that waits goes into the first. @returns the height of the last. */
  mine(network: string, count: number): Promise<number>;
  /** Drops the transaction. @returns whether it never confirms: false when it already has, or does not exist. */
  failTransaction(network: string, txId: string, failure: string): Promise<boolean>;
  heights(): Promise<readonly { readonly network: string; readonly height: number }[]>;
};

/** As it was recorded; the amount is text of units. `replayed`: it is the reply to an earlier request. */
export type ReceivedDeposit = {
  readonly id: string;
  readonly deposit: Omit<Row<'deposits'>, 'seq' | 'amount'> & { readonly amount: string };
  readonly replayed?: true;
};

/** What operators and customers may ask of the chains, and the exchange does about it at once. */
export type ChainDesk = {
  newAddress: Chain['newAddress'];
  /** Puts an output on the simulated chain and records it as a deposit, with the operator who wanted it. */
  receiveDeposit(
    output: NewOutput,
    operator?: { readonly actor: string; readonly reason: string },
    idempotency?: Idempotency,
  ): Promise<Outcome<ReceivedDeposit>>;
  /** Mines blocks and does what they bring about. @returns the height. */
  mineBlocks(network: string, count: number): Promise<number>;
  /** Lets the simulated chain drop a withdrawal's transaction, if it has not confirmed it. */
  failWithdrawal(id: string, actor: string, reason: string): Promise<Outcome<{ readonly id: string }>>;
  heights: ChainControl['heights'];
};
