/**
 * An approximate LRU cache of two generations. When the young one is full, the old one is dropped and the young one
 * becomes the old one; an entry found in the old one moves to the young one. The entries used last, up to `capacity`
 * units, are always present; at most twice as many are kept. It is as fast as a plain map, because it maintains no
 * list of uses.
 */
export class RecentMap<K, V> {
  readonly #capacity: number;
  readonly #sizeOf: (value: V) => number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  /** The size of the young generation. */
  #size = 0;

  /** @param capacity of one generation, in units of `sizeOf`; by default the number of entries. */
  constructor(capacity: number, sizeOf: (value: V) => number = () => 1) {
    this.#capacity = capacity;
    this.#sizeOf = sizeOf;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#add(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.has(key)) this.#young.set(key, value);
    else this.#add(key, value);
  }

  /** Must be called when the value last returned by `get` or passed to `set` has grown by one unit. */
  grew(): void {
    this.#size += 1;
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#size = 0;
  }

  #add(key: K, value: V): void {
    if (this.#size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = 0;
    }
    this.#young.set(key, value);
    this.#size += this.#sizeOf(value);
  }
}
