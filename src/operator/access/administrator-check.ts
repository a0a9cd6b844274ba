/**
 * Whether there is an administrator, which decides what the bootstrap token may do. Once there is one there always is,
 * because the last one can be neither disabled nor given other roles.
 */
import type { TimeSource } from '../../clock/clock.ts';
import type { Reads } from '../../store/reads.ts';

/** How long "no administrator" is remembered, ms. Another process may create the first one at any time. */
const rememberedMs = 1000;

export class AdministratorCheck {
  readonly #reads: Reads;
  readonly #time: TimeSource;
  #exist = false;
  #readMs = Number.NEGATIVE_INFINITY;

  /** @param time monotonic. */
  constructor(reads: Reads, time: TimeSource) {
    this.#reads = reads;
    this.#time = time;
  }

  /** @throws StoreFault if the store does not answer and this has never been read. */
  async exist(): Promise<boolean> {
    if (this.#exist || this.#time.now() - this.#readMs < rememberedMs) return this.#exist;
    try {
      const active = await this.#reads.rows('operators', { state: 'active' });
      this.#exist = active.some(({ roles }) => roles.includes('administrator'));
    } catch (error) {
      // Nothing can be changed without the store, but the lab can still be used.
      if (this.#readMs === Number.NEGATIVE_INFINITY) throw error;
      return this.#exist;
    }
    this.#readMs = this.#time.now();
    return this.#exist;
  }

  /** This process has made an operator active, who may be the first administrator. */
  forget(): void {
    this.#readMs = Number.NEGATIVE_INFINITY;
  }
}
