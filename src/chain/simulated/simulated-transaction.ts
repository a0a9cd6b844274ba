/**
 * Transactions of the simulated chains, however they are stored: an outgoing one is the text that was sent, an incoming
 * one the text of what it pays. Equal texts are equal transactions.
 */
import { deriveTransactionId } from '../../domain/address/address.ts';
import type { IncomingTransaction, Payment, PreparedTransaction, TransactionState } from '../port.ts';
import { digest } from './digest.ts';

export type StoredTransaction = { readonly tx_id: string; readonly content: string };

/** Where a stored transaction is; neither: it waits. */
export type Whereabouts = { readonly height: number | null; readonly failure: string | null };

export function prepareTransaction(payment: Payment): PreparedTransaction {
  const { withdrawalId, network, asset, address, addressTag, amount } = payment;
  const txId = deriveTransactionId(payment, digest('transaction', network, withdrawalId));
  const content = { txId, withdrawalId, asset, address, addressTag, amount: amount.toString() };
  return { txId, signedTransaction: JSON.stringify(content) };
}

export function transactionIdOf(signedTransaction: string): string {
  return (JSON.parse(signedTransaction) as { readonly txId: string }).txId;
}

export function contentOf({ asset, address, addressTag, amount }: IncomingTransaction): string {
  return JSON.stringify({ asset, address, addressTag, amount: amount.toString() });
}

export function incomingOf(
  network: string,
  { tx_id: txId, content }: StoredTransaction,
): IncomingTransaction {
  const { amount, ...rest } = JSON.parse(content) as Omit<IncomingTransaction, 'amount'> & {
    readonly amount: string;
  };
  return { ...rest, network, txId, amount: BigInt(amount) };
}

export function stateOf(found: Whereabouts | undefined, height: number): TransactionState {
  if (found === undefined) return { state: 'absent' };
  if (found.failure !== null) return { state: 'failed', failure: found.failure };
  return found.height === null
    ? { state: 'waiting' }
    : { state: 'confirmed', confirmations: height - found.height + 1 };
}
