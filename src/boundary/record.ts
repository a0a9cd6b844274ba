/** Keys and entries of records whose keys are known: TypeScript types them as `string`. */

/** The own keys of a record; its type must name all of them. */
export function keysOf<T extends object>(record: T): (keyof T & string)[] {
  return Object.keys(record) as (keyof T & string)[];
}

/** The own entries of a record; its type must name all of its keys. */
export function entriesOf<K extends string, V>(record: { readonly [P in K]: V }): [K, V][] {
  return Object.entries(record) as [K, V][];
}

/** A record with a value for each of `keys`, which must be all keys of its type. */
export function recordOf<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}

/** Whether a text is a key of the record. */
export function isKeyOf<T extends object>(record: T, text: string): text is keyof T & string {
  return Object.hasOwn(record, text);
}
