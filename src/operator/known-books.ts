/** Remembers books whose reading took long, so that a page that many people look at does not read them all the time. */
import type { TimeSource } from '../clock/clock.ts';
import type { BooksOfAsset } from '../query/all-books.ts';

export type Books = { readonly asOf: number; readonly assets: ReadonlyMap<string, BooksOfAsset> };

/** Books whose reading took less than this time, ms, are read each time. */
const shortMs = 500;
/** They are shown for this many times as long as it took to read them, and then read again. */
const ageFactor = 20;

export class KnownBooks {
  readonly #monotonic: TimeSource;
  #last: { readonly books: Books; readonly untilMs: number } | undefined;

  constructor(monotonic: TimeSource) {
    this.#monotonic = monotonic;
  }

  get recent(): Books | undefined {
    const { books, untilMs = 0 } = this.#last ?? {};
    return this.#monotonic.now() < untilMs ? books : undefined;
  }

  /** @param tookMs the time for which reading them kept other work waiting. */
  keep(books: Books, tookMs: number): void {
    if (tookMs >= shortMs) this.#last = { books, untilMs: this.#monotonic.now() + ageFactor * tookMs };
  }
}
