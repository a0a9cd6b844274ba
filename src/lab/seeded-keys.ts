/**
 * The API keys of a world, which repeat: the n-th depends only on the seed and the name of the world, and n. No two worlds
 * of a process have the same name, so they have other keys, and a request finds the world of its key.
 */
import { hash } from 'node:crypto';

export type MadeKey = { readonly apiKey: string; readonly secretKey: string };

export class SeededKeys {
  /** Number of keys that were made for worlds of a name since the start of the process. */
  readonly #made = new Map<string, number>();

  /** Continues after the keys of an earlier process. @param made their number. */
  skip(name: string, made: number): void {
    this.#made.set(name, made);
  }

  /** @returns 64 letters and digits each. */
  next(name: string, seed: number): MadeKey {
    const number = (this.#made.get(name) ?? 0) + 1;
    this.#made.set(name, number);
    const text = (what: string) => hash('sha256', JSON.stringify([what, seed, name, number]));
    return { apiKey: text('key'), secretKey: text('secret') };
  }
}
