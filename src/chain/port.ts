/**
 * What a chain is to the exchange: it makes addresses, prepares a transaction without sending it, sends exactly those
 * bytes any number of times, and tells what has become of a transaction.
 */
import type { AddressFormat } from '../domain/address/address.ts';
import type { Outcome } from '../store/port.ts';

export type Payment = {
  readonly withdrawalId: string;
  readonly network: string;
  readonly addressFormat: AddressFormat;
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

export type IncomingTransaction = {
  readonly network: string;
  readonly txId: string;
  readonly asset: string;
  readonly address: string;
  readonly addressTag: string;
  readonly amount: bigint;
};

export type Chain = {
  /** An address for deposits of an account; the same for the same arguments. */
  newAddress(
    network: string,
    format: AddressFormat,
    accountId: number,
    asset: string,
  ): Promise<{ readonly address: string; readonly addressTag: string }>;
  /** Pure: the same payment gives the same transaction, and nothing is sent. */
  prepare(payment: Payment): PreparedTransaction;
  /** Sends; the same bytes sent again are the same transaction. */
  broadcast(network: string, signedTransactions: readonly string[]): Promise<void>;
  find(network: string, txIds: readonly string[]): Promise<readonly TransactionState[]>;
  /** Ids of our outgoing transactions that are in the blocks of these heights, inclusive. */
  confirmedBetween(network: string, fromHeight: number, toHeight: number): Promise<readonly string[]>;
  height(network: string): Promise<number>;
  /** Transactions to anybody that wait for a block, or are in one from this height on. */
  incomingFrom(network: string, height: number): Promise<readonly IncomingTransaction[]>;
};

/** The simulated chain can be told what to do. */
export type ChainControl = {
  /**
   * Puts an incoming transaction on the chain; the same one again changes nothing.
   * @returns false when the txId is another transaction's.
   */
  receive(transaction: IncomingTransaction): Promise<boolean>;
  /** Mines so many blocks, one or more; all that waits goes into the first. @returns the height of the last. */
  mine(network: string, count: number): Promise<number>;
  /** Drops the transaction. @returns whether it never confirms: false when it already has, or does not exist. */
  failTransaction(network: string, txId: string, failure: string): Promise<boolean>;
  heights(): Promise<readonly { readonly network: string; readonly height: number }[]>;
};

/** What operators and customers may ask of the chains, and the exchange does about it at once. */
export type ChainDesk = {
  newAddress: Chain['newAddress'];
  /** Puts a transaction on the simulated chain and takes note of it, and of the operator who wanted it. */
  receiveDeposit(
    transaction: IncomingTransaction,
    operator?: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<{ readonly id: string }>>;
  /** Mines blocks and does what they bring about. @returns the height. */
  mineBlocks(network: string, count: number): Promise<number>;
  /** Lets the simulated chain drop a withdrawal's transaction, if it has not confirmed it. */
  failWithdrawal(id: string, actor: string, reason: string): Promise<Outcome<{ readonly id: string }>>;
  heights: ChainControl['heights'];
};
