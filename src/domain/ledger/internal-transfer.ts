/**
 * The transaction id of a withdrawal to an address of this exchange, and of the deposit that it is for the recipient:
 * no chain has a transaction for them, so they are numbered.
 */

/** spec: `Internal transfer <number>`, as stored and as wapi shows it. */
const stored = 'Internal transfer ';
/** The prefix in the exchange's present wallet API (sapi), since 2024. */
const today = 'Off-chain transfer ';

export function internalTransferId(number: number): string {
  return `${stored}${number}`;
}

export function isInternalTransfer(txId: string): boolean {
  return txId.startsWith(stored);
}

/** The stored transaction id as sapi shows it. */
export function shownToday(txId: string): string {
  return isInternalTransfer(txId) ? `${today}${txId.slice(stored.length)}` : txId;
}

/** The stored transaction id, from what either dialect shows. */
export function storedTransactionId(shown: string): string {
  return shown.startsWith(today) ? `${stored}${shown.slice(today.length)}` : shown;
}
