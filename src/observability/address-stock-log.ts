/** Warns in the log when the imported deposit addresses of a group run low. */
import type { Logger } from './log.ts';

type Stock = { readonly addressGroup: string; readonly free: number; readonly low: boolean };

/** How often it is counted, ms. */
export const stockIntervalMs = 60_000;
/** How often a warning is repeated while nothing changes, in counts. */
const repeatedAfter = 60;

const message =
  'few deposit addresses are left; import more with POST /operator/v1/networks/{network}/addresses';

/** Warns at once, when half of them are gone since, when none is left, and hourly. */
export class AddressStockLog {
  readonly #log: Pick<Logger, 'warn'>;
  /** By group: the number in the last warning, and how many counts ago that was. */
  readonly #warned = new Map<string, { readonly free: number; counts: number }>();

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log;
  }

  note(stock: readonly Stock[]): void {
    for (const { addressGroup, free, low } of stock) {
      const last = this.#warned.get(addressGroup);
      if (last !== undefined) last.counts += 1;
      if (!low) this.#warned.delete(addressGroup);
      else if (last === undefined || last.counts >= repeatedAfter || isMuchLess(free, last.free)) {
        this.#warned.set(addressGroup, { free, counts: 0 });
        this.#log.warn({ addressGroup, free }, message);
      }
    }
  }
}

const isMuchLess = (free: number, before: number) => free < before && free * 2 <= before;
