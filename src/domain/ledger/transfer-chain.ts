/**
 * The hash chain over the transfers, which makes tampering visible. It is sealed in batches: a seal is the hash of the
 * seal before it and of every transfer since, in order.
 *
 * Must always hold: two different runs of transfers never have the same encoding, so that editing, deleting, inserting
 * or reordering a sealed transfer changes its seal, and a changed or missing seal changes the one after it. What no chain
 * can show by itself is that its end was cut off: for that, somebody elsewhere remembers its head.
 */
import { createHash } from 'node:crypto';
import type { LedgerAccount } from './ledger.ts';

/** A transfer as it is stored; `seq` is its place in the order of commit. */
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

/** The hash before the first seal. */
export const chainStart = '';

/** One line of JSON: every field is delimited, and no field can hold a line break of its own. */
function encodeTransfer({ seq, at, kind, asset, amount, debit, credit, reference }: SealedTransfer): string {
  return `${JSON.stringify([seq, at, kind, asset, amount.toString(), debit, credit, reference])}\n`;
}

/** A seal in the making: transfers go in page by page, in the order of their `seq`. */
export class TransferSealHash {
  readonly #hash = createHash('sha256');

  constructor(previousHash: string) {
    this.#hash.update(`${previousHash}\n`);
  }

  add(transfers: readonly SealedTransfer[]): this {
    this.#hash.update(transfers.map(encodeTransfer).join(''));
    return this;
  }

  /** 64 hex digits; nothing can be added afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

export function sealHash(previousHash: string, transfers: readonly SealedTransfer[]): string {
  return new TransferSealHash(previousHash).add(transfers).digest();
}
