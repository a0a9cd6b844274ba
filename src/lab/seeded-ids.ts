/** Ids of records that repeat: the n-th depends only on the seed and n. They are not hard to guess. */
import { hash } from 'node:crypto';

const idDigits = 20;

export class SeededIds {
  readonly seed: number;
  /** Number of ids that were drawn; part of a snapshot. */
  drawn: number;
  /** The number of ids that may be drawn before `reserve` is called. */
  #reserved: number;
  readonly #reserve: ((drawn: number) => number) | undefined;

  /**
   * @param seed of 32 bits
   * @param reserve stores that more are being drawn. @returns the total that may be drawn before it is called again.
   */
  constructor(seed: number, drawn = 0, reserve?: (drawn: number) => number) {
    this.seed = seed;
    this.drawn = drawn;
    this.#reserve = reserve;
    this.#reserved = reserve === undefined ? Number.POSITIVE_INFINITY : drawn;
  }

  /** @returns 20 hex digits. */
  next(): string {
    if (this.drawn >= this.#reserved) this.#reserved = this.#reserve?.(this.drawn) ?? this.#reserved;
    this.drawn += 1;
    return hash('sha256', `${this.seed}:${this.drawn}`).slice(0, idDigits);
  }

  /** @returns 32 bytes, for a transaction of a simulated chain. */
  nextBytes(): Uint8Array {
    return hash('sha256', this.next(), 'buffer');
  }

  /** @returns a number of 32 bits, which is a seed for something else. */
  nextSeed(): number {
    return Number.parseInt(this.next().slice(0, 8), 16);
  }
}
