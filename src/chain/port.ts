/**
 * The chains as the exchange uses them. Each network has a connector, which its row names; a connector creates
 * addresses, prepares a transaction without sending it, broadcasts exactly those bytes any number of times, and reports
 * the state of transactions.
 */

import type { AddressRules } from '../domain/address/address.ts';
import type { Network } from '../domain/catalog/network.ts';
import { StoreFault } from '../store/port.ts';

export type Payment = {
  readonly withdrawalId: string;
  /** The ids of its earlier transactions, in their order: a later one can be confirmed only instead of an earlier one. */
  readonly earlier: readonly string[];
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
   * Resources that no other transaction of the network may use, such as a nonce of an address or a spent output; in
   * the connector's own words. Reserved in the commit that stores the transaction, which is refused if one is taken.
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

/** `addressTag` is "" if there is none. */
export type ProposedAddress = { readonly address: string; readonly addressTag: string };

/** The connector of one network. Methods throw a StoreFault when the chain does not answer. */
export type ChainConnector = {
  /**
   * Proposes a deposit address for an account on all networks of a group. Another account may have been given it since;
   * then the next proposal is another one.
   * @returns null if there is none left.
   */
  newAddress(network: Network, accountId: number): Promise<ProposedAddress | null>;
  /**
   * Builds and signs the transaction of a payment. Nothing is sent.
   * @returns null if somebody else sends the payments of the network.
   */
  prepare(payment: Payment): Promise<PreparedTransaction | null>;
  /** Idempotent: the same bytes are the same transaction. */
  broadcast(signedTransactions: readonly string[]): Promise<void>;
  /** States of our outgoing transactions. */
  find(txIds: readonly string[]): Promise<readonly TransactionState[]>;
  findIncoming(outputs: readonly OutputKey[]): Promise<readonly TransactionState[]>;
  /** Ids of our outgoing transactions in the blocks of these heights, inclusive. */
  confirmedBetween(fromHeight: number, toHeight: number): Promise<readonly string[]>;
  /**
   * The top of the chain, as seen from a position that this method returned earlier; null: from its first block.
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

/** The transactions that are gone after a reorganisation: `incoming` are those that others have sent. */
export type DroppedTransactions = 'none' | 'incoming' | 'all';

/** One output of a transaction that is in no block; of an outgoing one, the payment. */
export type WaitingTransaction = OutputKey & {
  readonly direction: 'in' | 'out';
  readonly address: string;
  readonly addressTag: string;
  /** Units. */
  readonly amount: bigint;
  /** The withdrawal that it pays; null for an incoming transaction. */
  readonly withdrawalId: string | null;
  /** Whether no block takes it until it is released. */
  readonly held: boolean;
};

/**
 * Whether the exchange reaches the node of a network. `not-done`: requests do not arrive. `unknown`: requests arrive,
 * but no answer comes back.
 */
export type NodeState = 'up' | 'not-done' | 'unknown';

export type ChainSwitches = {
  /** Whether blocks are made at the block time. */
  readonly auto: boolean;
  readonly node: NodeState;
};

/** The node of a network was not reached, or its answer was lost. */
export class NodeFault extends StoreFault {}

/** The part of a network that the exchange has scanned, and the blocks that it would search next. */
export type ScannedChain = {
  readonly network: string;
  /** As `positionSince` takes it. */
  readonly position: string;
  /** The blocks from this height on, and the transactions in none, are searched for incoming outputs. */
  readonly incomingFrom: number;
  /** The blocks from this height on are searched for outgoing transactions. */
  readonly outgoingFrom: number;
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
  /** Mines blocks of several networks in one commit. @param counts ≥ 1, by network. */
  mineAll(counts: ReadonlyMap<string, number>): Promise<void>;
  /** The networks on which a search would find no transaction, each with its position since the one given. */
  quietSince(scanned: readonly ScannedChain[]): Promise<ReadonlyMap<string, ChainPosition>>;
  /**
   * Makes a transaction fail. @returns whether it will never be confirmed: false if it is confirmed or does not exist.
   * The answer is final: after a refusal this method never makes it fail, even if its block is reorganised away.
   */
  failTransaction(network: string, txId: string, failure: string): Promise<boolean>;
  /**
   * Takes a transaction that waits for a block out of the pool: the chain does not know it until the same bytes are sent,
   * or the same outputs received, again. One that was never sent is taken out as soon as it is sent for the first time.
   * @returns false if it is in a block, or can never be confirmed. Idempotent.
   */
  dropTransaction(network: string, txId: string): Promise<boolean>;
  /**
   * No block takes a transaction, which may be sent or received only later, until it is released. One that is in a block
   * stays there. Idempotent.
   */
  holdTransaction(network: string, txId: string): Promise<void>;
  /** Idempotent. */
  releaseTransaction(network: string, txId: string): Promise<void>;
  /**
   * Removes the last `count` ≥ 1 blocks. Their transactions wait for a block again, except those that are dropped: the
   * chain does not know these until they are sent or received again.
   * @returns the new height; null if the chain has fewer blocks.
   */
  reorganise(network: string, count: number, drop: DroppedTransactions): Promise<number | null>;
  /** The transactions that wait for a block, at most 1000, in the order of their ids. */
  waiting(network: string): Promise<readonly WaitingTransaction[]>;
  switches(network: string): Promise<ChainSwitches>;
  /** By network; one that is absent was never switched. */
  allSwitches(): Promise<ReadonlyMap<string, ChainSwitches>>;
  setSwitches(network: string, set: Partial<ChainSwitches>): Promise<void>;
  heights(): Promise<readonly { readonly network: string; readonly height: number }[]>;
};
