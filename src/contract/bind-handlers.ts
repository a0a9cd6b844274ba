/** Compares the operations of an API with their handlers, both of which are found by reading folders. */
import { present } from '../boundary/present.ts';

type Implementation<O, H> = { readonly operation: O; readonly handle: H };

/**
 * The handler of each operation.
 * @param folder of the handlers, for the error.
 * @throws an Error that names operations with no handler or several, and handlers of operations that are not listed.
 */
export function bindHandlers<O extends { readonly id: string }, H>(
  operations: readonly O[],
  implementations: readonly Implementation<O, H>[],
  folder: string,
): (operation: O) => H {
  const handlers = new Map<O, H>();
  for (const { operation, handle } of implementations) {
    if (handlers.has(operation)) throw new Error(`operation ${operation.id} has several handlers`);
    handlers.set(operation, handle);
  }
  const missing = operations.filter((each) => !handlers.has(each)).map(({ id }) => id);
  if (missing.length > 0)
    throw new Error(
      `operations without a handler: ${missing.join(', ')}; export the result of implement() from a file in ${folder}`,
    );
  const unlisted = [...handlers.keys()].filter((each) => !operations.includes(each)).map(({ id }) => id);
  if (unlisted.length > 0)
    throw new Error(`handlers of operations that are not in src/contract/: ${unlisted.join(', ')}`);
  return (operation) => present(handlers.get(operation));
}
