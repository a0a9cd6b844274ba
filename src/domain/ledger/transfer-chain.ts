/**
 * The hash chain over transfers, which makes tampering evident. Transfers are sealed in batches: a seal is the hash of
 * the previous seal and of all transfers since, in order.
 *
 * Invariant: two different runs of transfers never have the same encoding, so that editing, deleting, inserting or
 * reordering a sealed transfer changes its seal, and a changed or missing seal changes the next one. The chain alone
 * cannot detect that its end was truncated: for that, the latest seal must be recorded elsewhere.
 */
import { createHash } from 'node:crypto';
import type { LedgerAccount } from './ledger.ts';

/** A transfer as stored; `seq` is its position in commit order. */
export type SealedTransfer = {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly asset: string;
  readonly amount: bigint;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly reference: string;
};

/** The hash that precedes the first seal. */
export const chainStart = '';

/** One line of JSON: all fields are delimited, and no field can contain a line break. */
function encodeTransfer({ seq, at, kind, asset, amount, debit, credit, reference }: SealedTransfer): string {
  return `${JSON.stringify([seq, at, kind, asset, amount.toString(), debit, credit, reference])}\n`;
}

/** Computes a seal; transfers are added page by page in the order of `seq`. */
export class TransferSealHash {
  readonly #hash = createHash('sha256');

  constructor(previousHash: string) {
    this.#hash.update(`${previousHash}\n`);
  }

  add(transfers: readonly SealedTransfer[]): this {
    this.#hash.update(transfers.map(encodeTransfer).join(''));
    return this;
  }

  /** @returns 64 hex digits. No transfers can be added afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

export function sealHash(previousHash: string, transfers: readonly SealedTransfer[]): string {
  return new TransferSealHash(previousHash).add(transfers).digest();
}
