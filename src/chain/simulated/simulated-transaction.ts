/**
 * Transactions of the simulated chains, independent of their storage. An outgoing transaction is stored as the text
 * that was sent; of an incoming one, each output is a separate row that is mined on its own.
 */
import { parseJson } from '../../boundary/json.ts';
import { deriveTransactionId } from '../../domain/address/address.ts';
import type {
  DroppedTransactions,
  IncomingOutput,
  OutputKey,
  Payment,
  PreparedTransaction,
  TransactionState,
  WaitingTransaction,
} from '../port.ts';
import { digest } from './digest.ts';

export type StoredOutput = { readonly tx_id: string; readonly content: string };

/** The position of a stored transaction; pending if both are null. */
export type StoredState = { readonly height: number | null; readonly failure: string | null };

/** A replacement contains the ids of all earlier transactions of the withdrawal. */
export function prepareTransaction(payment: Payment): PreparedTransaction {
  const { withdrawalId, earlier, asset, address, addressTag, amount } = payment;
  const txId = transactionIdFor(payment);
  const content = { txId, withdrawalId, asset, address, addressTag, amount: amount.toString() };
  const signed = earlier.length > 0 ? { ...content, replaces: earlier } : content;
  return { txId, signedTransaction: JSON.stringify(signed) };
}

function transactionIdFor({ rules, network, withdrawalId, earlier }: Payment): string {
  const attempt = earlier.length > 0 ? [String(earlier.length + 1)] : [];
  const seed = digest('transaction', network, withdrawalId, ...attempt);
  return deriveTransactionId(rules, seed, idPrefixFor(withdrawalId));
}

/** A record id begins with its time in ms: eight hexadecimal digits count units of 65,536 ms, four the rest. */
const timeDigits = 8;
const msDigits = 4;
let lastTime = '';
const lastPrefix = new Uint8Array(4);

/**
 * The first bytes of a transaction id. They are equal for 65 s and then count the ms, so that transactions that are sent
 * one after the other share pages of the indexes on transaction ids.
 * @returns valid until the next call.
 */
function idPrefixFor(withdrawalId: string): Uint8Array {
  const time = withdrawalId.slice(0, timeDigits);
  if (time !== lastTime) {
    lastTime = time;
    lastPrefix.set(digest('time of transactions', time).subarray(0, 2));
  }
  const ms = Number.parseInt(withdrawalId.slice(timeDigits, timeDigits + msDigits), 16);
  lastPrefix[2] = ms >> 8;
  lastPrefix[3] = ms;
  return lastPrefix;
}

export type SentTransaction = { readonly txId: string; readonly replaces: readonly string[] };

export function readTransaction(signedTransaction: string): SentTransaction {
  const { txId, replaces = [] } = parseJson<
    Partial<SentTransaction> & {
      txId: string;
    }
  >(signedTransaction);
  return { txId, replaces };
}

/** The failure of a transaction that another one has replaced: it is never confirmed. */
export const replacedFailure = 'Another transaction of the same payment took its place.';

/** The failure of a dropped transaction. It can be sent or received again. */
export const droppedFailure = 'Dropped.';

/** The failure of a transaction that is dropped when it is first sent. */
export const dropWhenSent = 'Dropped when it is sent.';

/** For SQL: the failures of transactions that the chain does not know, and that can come again. */
export const droppedFailures = `('${droppedFailure}', '${dropWhenSent}')`;

export function isDropped(failure: string | null): boolean {
  return failure === droppedFailure || failure === dropWhenSent;
}

/** The stored failure for an operator's reason: a reason that reads like a dropped transaction gets a space appended. */
export function failureFor(reason: string): string {
  return isDropped(reason) ? `${reason} ` : reason;
}

/** The directions of the transactions that a reorganisation drops. */
export function directionsOf(drop: DroppedTransactions): readonly ('in' | 'out')[] {
  if (drop === 'none') return [];
  return drop === 'incoming' ? ['in'] : ['in', 'out'];
}

/** The output key under which outgoing transactions are stored. */
export const outgoingOutput = '';

/** Distinguishes the outputs of one transaction; JSON, because PostgreSQL text cannot contain NUL characters. */
export function outputOf({ outputIndex, asset }: OutputKey): string {
  return JSON.stringify([outputIndex, asset]);
}

export function contentOf({ network: _, txId: __, amount, ...rest }: IncomingOutput): string {
  return JSON.stringify({ ...rest, amount: amount.toString() });
}

export function incomingOf(network: string, { tx_id: txId, content }: StoredOutput): IncomingOutput {
  type Content = Omit<IncomingOutput, 'amount'> & { readonly amount: string };
  const { amount, ...rest } = parseJson<Content>(content);
  return { ...rest, network, txId, amount: BigInt(amount) };
}

export type StoredWaiting = StoredOutput & {
  readonly output: string;
  readonly direction: 'in' | 'out';
  /** SQLite has numbers instead of truth values. */
  readonly held: boolean | number;
};

export function waitingOf(network: string, stored: StoredWaiting): WaitingTransaction {
  const { direction, held } = stored;
  if (direction === 'in') {
    const { remainder: _, network: __, ...output } = incomingOf(network, stored);
    return { ...output, direction, withdrawalId: null, held: Boolean(held) };
  }
  type Sent = Omit<WaitingTransaction, 'amount' | 'withdrawalId'> & {
    readonly amount: string;
    readonly withdrawalId: string;
  };
  const { withdrawalId, asset, address, addressTag, amount } = parseJson<Sent>(stored.content);
  const payment = { asset, address, addressTag, amount: BigInt(amount), withdrawalId };
  return { txId: stored.tx_id, outputIndex: 0, direction, ...payment, held: Boolean(held) };
}

export function stateOf(found: StoredState | undefined, height: number): TransactionState {
  if (found === undefined || isDropped(found.failure)) return { state: 'absent' };
  if (found.failure !== null) return { state: 'failed', failure: found.failure };
  return found.height === null
    ? { state: 'pending' }
    : { state: 'confirmed', confirmations: height - found.height + 1, height: found.height };
}
