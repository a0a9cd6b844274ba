/** The API keys that a world has issued, and those that it gets when it wakes. */
import type { Reads } from '../../store/reads.ts';
import { type KeyHolder, keyHolders, keysToKeep, type MissingKey } from './world-keys.ts';

export class IssuedKeys {
  readonly keys = new Set<string>();
  /** The keys that the world gets when it wakes, which takes them from the list. */
  readonly missing: MissingKey[] = [];
  readonly #first: MissingKey[] = [];
  /** Undefined if keys may have been added or removed since they were read. */
  #holders: readonly KeyHolder[] | undefined;
  /** The keys to keep, as of when the world fell asleep or was restored; undefined: not known. */
  #atRest: readonly MissingKey[] | undefined;

  constructor(holders: readonly KeyHolder[] | undefined) {
    this.#holders = holders;
  }

  /** Adds a key that was made in the world. */
  add(apiKey: string): void {
    this.#holders = undefined;
    this.keys.add(apiKey);
  }

  /** Adds one of the first keys of the world. */
  issue(key: MissingKey): void {
    this.keys.add(key.apiKey);
    this.missing.push(key);
    this.#first.push(key);
  }

  /** Continues with the keys as an earlier process has left them. */
  resume(keys: readonly string[], missing: readonly MissingKey[]): void {
    this.missing.push(...missing);
    for (const apiKey of keys) this.keys.add(apiKey);
  }

  /** The accounts that have keys. */
  async holders(use: <T>(work: (reads: Reads) => Promise<T>) => Promise<T>): Promise<readonly KeyHolder[]> {
    this.#holders ??= await use(keyHolders);
    return this.#holders;
  }

  /** Notes the keys before the world sleeps, so that a restore need not wake it for them. */
  async noteAtRest(reads: Reads): Promise<void> {
    this.#atRest = await this.#toKeep(reads, true);
  }

  /** Notes the keys that the world lacks once it is restored. */
  async keepForRestore(reads: Reads, isAwake: boolean): Promise<void> {
    const kept = await this.#toKeep(reads, isAwake);
    this.#atRest = kept;
    this.missing.splice(0, this.missing.length, ...kept);
  }

  async #toKeep(reads: Reads, isAwake: boolean): Promise<readonly MissingKey[]> {
    // Unless keys were made in the world, the first ones are all, and it need not be woken for them.
    if (this.keys.size === this.#first.length) return this.#first;
    this.#holders = undefined;
    if (!isAwake && this.#atRest !== undefined) return this.#atRest;
    return keysToKeep(reads, (apiKey) => this.keys.has(apiKey));
  }
}
