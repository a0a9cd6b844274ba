/**
 * The chains as the exchange uses them. Each network has a connector, which its row names; a connector creates
 * addresses, prepares a transaction without sending it, broadcasts exactly those bytes any number of times, and reports
 * the state of transactions.
 */

import type { OperatorCommandErrorId } from '../contract/errors.ts';
import type { Idempotency } from '../contract/idempotency.ts';
import type { AddressRules } from '../domain/address/address.ts';
import type { Network } from '../domain/catalog/network.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';

export type Payment = {
  readonly withdrawalId: string;
  /** 1 for the first transaction of the withdrawal; a later one can be confirmed only instead of an earlier one. */
  readonly attempt: number;
  readonly network: string;
  readonly rules: AddressRules;
  readonly asset: string;
  readonly address: string;
  readonly addressTag: string;
  /** Units. */
  readonly amount: bigint;
};

export type PreparedTransaction = {
  readonly txId: string;
  readonly signedTransaction: string;
  /**
   * What no other transaction of the network may use, such as a nonce of an address or an output that it spends; in the
   * connector's own words. Reserved in the commit that stores the transaction, which is refused if one is taken.
   */
  readonly reserves?: readonly string[];
};

export type TransactionState =
  /** Included in a block, which counts as the first confirmation. */
  | { readonly state: 'confirmed'; readonly confirmations: number; readonly height: number }
  /** In no block yet. */
  | { readonly state: 'pending' }
  /** It will never be confirmed. */
  | { readonly state: 'failed'; readonly failure: string }
  /** Unknown to the chain. */
  | { readonly state: 'absent' };

/** Identifies one output of a transaction: a payment of one asset to one address. */
export type OutputKey = {
  readonly txId: string;
  /** Index of the output or log entry within the transaction: 0 … 2^31 − 1. */
  readonly outputIndex: number;
  /** Part of the key because a native coin and a token may share an index. */
  readonly asset: string;
};

export type IncomingOutput = OutputKey & {
  readonly network: string;
  readonly address: string;
  readonly addressTag: string;
  /** Units of the asset, rounded down. */
  readonly amount: bigint;
  /** The fraction of a unit beyond `amount`: canonical decimal text below 1, usually "0". */
  readonly remainder: string;
};

/** A new output: index 0 and without remainder unless given. */
export type NewOutput = Omit<IncomingOutput, 'outputIndex' | 'remainder'> &
  Partial<Pick<IncomingOutput, 'outputIndex' | 'remainder'>>;

/** The top of a chain, as seen from an earlier position. */
export type ChainPosition = {
  /** In the connector's own words. */
  readonly position: string;
  /** The number of blocks. */
  readonly height: number;
  /**
   * Blocks up to this height are the same as at the earlier position. It is below that position's height if blocks have
   * been reorganised away since, however briefly.
   */
  readonly keptHeight: number;
};

/** The connector of one network. Methods throw a StoreFault when the chain does not answer. */
export type ChainConnector = {
  /** The deposit address of an account on all networks of a group; always the same for the same account and group. */
  newAddress(
    network: Network,
    accountId: number,
  ): Promise<{ readonly address: string; readonly addressTag: string }>;
  /** Builds and signs the transaction of a payment. Nothing is sent. */
  prepare(payment: Payment): Promise<PreparedTransaction>;
  /** Idempotent: the same bytes are the same transaction. */
  broadcast(signedTransactions: readonly string[]): Promise<void>;
  /** States of our outgoing transactions. */
  find(txIds: readonly string[]): Promise<readonly TransactionState[]>;
  findIncoming(outputs: readonly OutputKey[]): Promise<readonly TransactionState[]>;
  /** Ids of our outgoing transactions in the blocks of these heights, inclusive. */
  confirmedBetween(fromHeight: number, toHeight: number): Promise<readonly string[]>;
  /**
   * What has become of the chain since a position that this method returned; null: since its first block.
   * @throws StoreFault when the chain does not answer.
   */
  positionSince(position: string | null): Promise<ChainPosition>;
  /** Incoming outputs that are not in a block yet, or in one of at least this height. */
  incomingFrom(height: number): Promise<readonly IncomingOutput[]>;
};

/** The connectors by network. */
export type Chains = {
  /** @throws Error if the network is not defined. */
  of(network: string): ChainConnector;
};

/** Controls of the simulated chains. */
export type ChainControl = {
  /**
   * Puts an output on the chain unless its key exists.
   * @returns the output on the chain with this key; null if the txId belongs to an outgoing transaction.
   */
  receive(output: IncomingOutput): Promise<IncomingOutput | null>;
  /** Mines `count` ≥ 1 blocks; the first takes all pending transactions. @returns the height of the last block. */
  mine(network: string, count: number): Promise<number>;
  /**
   * Drops a transaction. @returns whether it will never be confirmed: false if it is confirmed or does not exist.
   * The answer stands: once refused, it is never dropped, even if its block is reorganised away.
   */
  failTransaction(network: string, txId: string, failure: string): Promise<boolean>;
  /**
   * No block takes an outgoing transaction, which may be sent only later, until it is released. One that is in a block
   * stays there. Idempotent.
   */
  holdTransaction(network: string, txId: string): Promise<void>;
  /** Idempotent. */
  releaseTransaction(network: string, txId: string): Promise<void>;
  /**
   * Removes the last `count` ≥ 1 blocks. Their transactions are pending again, except incoming ones if `drop` is set:
   * these are gone.
   * @returns the new height; null if the chain has fewer blocks.
   */
  reorganise(network: string, count: number, drop: boolean): Promise<number | null>;
  heights(): Promise<readonly { readonly network: string; readonly height: number }[]>;
};

/** A deposit that was recorded because its output was put on the simulated chain. */
export type ReceivedDeposit = {
  readonly id: string;
  /** Of the owner; null if the deposit has none, or if it was not an operator who asked. */
  readonly email: string | null;
  /** As committed; `amount` in units. */
  readonly deposit: Omit<Row<'deposits'>, 'seq' | 'amount'> & { readonly amount: string };
  /** This is the stored reply to an earlier request, and nothing was done. */
  readonly replayed?: true;
};

/** Chain operations of operators and customers that take effect in the exchange immediately. */
export type ChainService = {
  newAddress: ChainConnector['newAddress'];
  /** Puts an output on the simulated chain and records it as a deposit, with the operator as actor. */
  receiveDeposit(
    output: NewOutput,
    operator?: { readonly actor: string; readonly reason: string },
    idempotency?: Idempotency,
  ): Promise<Outcome<ReceivedDeposit, OperatorCommandErrorId>>;
  /** Mines blocks and processes their effects. @returns the height. */
  mineBlocks(network: string, count: number): Promise<number>;
  /**
   * Makes the simulated chain drop a withdrawal's transactions unless one is confirmed.
   * @returns the withdrawal as it was committed.
   */
  failWithdrawal(
    id: string,
    operator: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>>;
  /**
   * Sends a further transaction for a withdrawal that was broadcast; only one of its transactions can be confirmed.
   * @returns the withdrawal as it was committed.
   */
  resendWithdrawal(
    id: string,
    operator: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>>;
  /**
   * Makes the simulated chain keep the first transaction of a withdrawal out of its blocks until it is released; a further
   * transaction may be confirmed instead.
   * @returns whether it can have a transaction: false if it has ended, or if its network is not defined.
   */
  holdWithdrawal(id: string): Promise<boolean>;
  releaseWithdrawal(id: string): Promise<void>;
  /** Removes blocks from a simulated chain and processes the effects. */
  reorganise: ChainControl['reorganise'];
  heights: ChainControl['heights'];
};
