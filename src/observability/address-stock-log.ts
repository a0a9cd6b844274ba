/** Warns in the log when the imported deposit addresses of a group run low. */
import type { Logger } from './log.ts';

type Stock = { readonly addressGroup: string; readonly free: number; readonly low: boolean };

/** Interval at which the stock is counted, ms. */
export const stockIntervalMs = 60_000;
/** A warning is repeated after this many counts, which is hourly. */
const repeatAfterCounts = 60;

const message =
  'few deposit addresses are left; import more with POST /operator/v1/networks/{network}/addresses';

/** Warns when a group runs low, when its stock has halved since the last warning or is empty, and hourly. */
export class AddressStockLog {
  readonly #log: Pick<Logger, 'warn'>;
  /** By group: the number in the last warning, and how many counts ago that was. */
  readonly #warned = new Map<string, { readonly free: number; counts: number }>();

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log;
  }

  update(stock: readonly Stock[]): void {
    for (const { addressGroup, free, low } of stock) {
      const last = this.#warned.get(addressGroup);
      if (last !== undefined) last.counts += 1;
      if (!low) this.#warned.delete(addressGroup);
      else if (last === undefined || last.counts >= repeatAfterCounts || isMuchLess(free, last.free)) {
        this.#warned.set(addressGroup, { free, counts: 0 });
        this.#log.warn({ addressGroup, free }, message);
      }
    }
  }
}

const isMuchLess = (free: number, before: number) => free < before && free * 2 <= before;
