/**
 * A map that keeps what was used lately, in bounded memory: two generations, of which the older is dropped when the
 * younger is full. What is found in the older moves to the younger. An entry that was among the last `capacity` units
 * used is always there; at most twice as much is kept. As fast as a plain map: no list of uses is maintained.
 */
export class RecentMap<K, V> {
  readonly #capacity: number;
  readonly #sizeOf: (value: V) => number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  /** Of the younger generation. */
  #size = 0;

  /** @param capacity of one generation, in units of `sizeOf`: entries unless said. */
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

  /** A value that `get` or `set` has just given has become greater by one unit. */
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
