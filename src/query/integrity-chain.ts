/**
 * Verifies the hash chain while transfers are read in order. Each seal is checked against the stored previous seal, so
 * that one tampered batch is reported as one mismatch and does not affect later ones.
 */
import { chainStart, TransferSealHash } from '../domain/ledger/transfer-chain.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

const pageSize = 1000;

type Seal = Row<'transfer_seals'>;

export type ChainMismatch = {
  readonly check: 'chain';
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
};

export class ChainCheck {
  readonly #reads: Reads;
  readonly #report: (mismatch: ChainMismatch) => void;
  #page: readonly Seal[] = [];
  #pageIndex = 0;
  /** The seal that covers the current transfers; undefined after the last one. */
  #seal: Seal | undefined;
  #hash = new TransferSealHash(chainStart);
  #previous: Seal | undefined;
  #lastSeq = 0;
  #sealed = 0;
  #verified = true;

  private constructor(reads: Reads, report: (mismatch: ChainMismatch) => void) {
    this.#reads = reads;
    this.#report = report;
  }

  static async start(reads: Reads, report: (mismatch: ChainMismatch) => void): Promise<ChainCheck> {
    const check = new ChainCheck(reads, report);
    await check.#openNext();
    return check;
  }

  async take(transfers: readonly Row<'transfers'>[]): Promise<void> {
    let start = 0;
    while (this.#seal !== undefined && start < transfers.length) {
      const { lastSeq } = this.#seal;
      const beyond = transfers.findIndex((transfer, index) => index >= start && transfer.seq > lastSeq);
      const end = beyond < 0 ? transfers.length : beyond;
      this.#add(transfers.slice(start, end));
      start = end;
      if (beyond >= 0) await this.#closeSeal(this.#seal);
    }
  }

  /** @returns the chain section of the report. */
  async finish() {
    while (this.#seal !== undefined) await this.#closeSeal(this.#seal);
    return { sealed: this.#sealed, head: this.#previous?.hash ?? null, verified: this.#verified };
  }

  #add(transfers: readonly Row<'transfers'>[]): void {
    this.#hash.add(transfers);
    this.#sealed += transfers.length;
    this.#lastSeq = transfers.at(-1)?.seq ?? this.#lastSeq;
  }

  async #closeSeal(seal: Seal): Promise<void> {
    const subject = `transfers ${(this.#previous?.lastSeq ?? 0) + 1} to ${seal.lastSeq}`;
    const found = this.#hash.digest();
    if (found !== seal.hash) this.#mismatch({ subject, expected: seal.hash, found });
    else if (this.#lastSeq !== seal.lastSeq) {
      this.#mismatch({
        subject,
        expected: `a last transfer ${seal.lastSeq}`,
        found: `transfer ${this.#lastSeq}`,
      });
    }
    this.#previous = seal;
    await this.#openNext();
  }

  async #openNext(): Promise<void> {
    if (this.#pageIndex >= this.#page.length) {
      this.#page = await this.#reads.sealsAfter(this.#previous?.lastSeq ?? 0, pageSize);
      this.#pageIndex = 0;
    }
    this.#seal = this.#page[this.#pageIndex++];
    this.#hash = new TransferSealHash(this.#previous?.hash ?? chainStart);
  }

  #mismatch(mismatch: Omit<ChainMismatch, 'check'>): void {
    this.#verified = false;
    this.#report({ check: 'chain', ...mismatch });
  }
}
