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

/** A later transaction of a withdrawal contains the ids of those before it, of which it takes the place. */
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
  return deriveTransactionId(rules, seed, beginningFor(withdrawalId));
}

/** The digits of a record id with its time in units of 65,536 ms, and those with the ms in it. */
const timeDigits = 8;
const msDigits = 4;
let lastTime = '';
const lastBeginning = new Uint8Array(4);

/**
 * Transactions that are sent one after the other get ids that are close to each other, so that their entries share pages
 * of the indexes on transaction ids: the ids begin alike for 65 s, and increase in that time.
 */
function beginningFor(withdrawalId: string): Uint8Array {
  const time = withdrawalId.slice(0, timeDigits);
  if (time !== lastTime) {
    lastTime = time;
    lastBeginning.set(digest('time of transactions', time).subarray(0, 2));
  }
  const ms = Number.parseInt(withdrawalId.slice(timeDigits, timeDigits + msDigits), 16);
  lastBeginning[2] = ms >> 8;
  lastBeginning[3] = ms;
  return lastBeginning;
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

/** Why a transaction whose place another one has taken can never be confirmed. */
export const replacedFailure = 'Another transaction of the same payment took its place.';

/** Why a transaction that was dropped is not on the chain. It can be sent or received again. */
export const droppedFailure = 'Dropped.';

/** Why one that was never sent will be dropped when it is sent for the first time. */
export const dropWhenSent = 'Dropped when it is sent.';

/** For SQL: the failures of transactions that the chain does not know, and that can come again. */
export const droppedFailures = `('${droppedFailure}', '${dropWhenSent}')`;

export function isDropped(failure: string | null): boolean {
  return failure === droppedFailure || failure === dropWhenSent;
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
