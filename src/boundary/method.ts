/** Methods that are called by their name: a message from another thread, or a wrapper around all methods of a port. */

/**
 * @returns the method, bound to its object. The sender of its arguments guarantees their types, and the receiver of its
 * result knows what it returns.
 * @throws an Error if the object has no such method
 */
export function methodOf<T extends object>(
  target: T,
  name: keyof T & (string | symbol),
): (...given: readonly unknown[]) => Promise<unknown> {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') throw new Error(`there is no method ${String(name)}`);
  return (...given) => Reflect.apply(method, target, given);
}
