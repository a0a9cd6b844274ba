/** The input and output of the handlers of customer operations. */
import type { ChainService } from '../chain/port.ts';
import type { Clock } from '../clock/clock.ts';
import type { Commands } from '../command/registry.ts';
import type { Rejection } from '../contract/errors.ts';
import type { Operation, ReplyOf } from '../contract/operation.ts';
import type { ValuesOf } from '../contract/schema.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

export type HandlerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chainService: Pick<ChainService, 'newAddress'>;
  readonly catalog: () => Catalog;
  readonly clock: Pick<Clock, 'wire' | 'world'>;
  readonly weightPerMinute: number;
};

export type Caller = {
  /** The account of the key; undefined if the operation requires no key. */
  readonly account: Row<'accounts'> | undefined;
  readonly notAfterMs: number | undefined;
};

/** Returns the JSON body of the reply, or a rejection. */
type Handler<O extends Operation> = (
  values: ValuesOf<O['parameters']>,
  caller: O['security'] extends 'NONE' ? Caller : Caller & { readonly account: Row<'accounts'> },
  parts: HandlerParts,
) => ReplyOf<O> | Rejection | Promise<ReplyOf<O> | Rejection>;

type AnyHandler = (values: object, caller: object, parts: HandlerParts) => object | Promise<object>;

/** A handler and its operation. */
export class Implementation {
  readonly operation: Operation;
  readonly handle: AnyHandler;

  constructor(operation: Operation, handle: AnyHandler) {
    this.operation = operation;
    this.handle = handle;
  }
}

/** Binds a handler to the operation whose parameters and reply it has. */
export function implement<O extends Operation>(operation: O, handle: NoInfer<Handler<O>>): Implementation {
  return new Implementation(operation, handle as AnyHandler);
}

/**
 * The handler of each operation.
 * @throws an Error that names operations with no handler or several, and handlers of operations that are not listed.
 */
export function bindHandlers(
  operations: readonly Operation[],
  implementations: readonly Implementation[],
): (operation: Operation) => AnyHandler {
  const handlers = new Map<Operation, AnyHandler>();
  for (const { operation, handle } of implementations) {
    if (handlers.has(operation)) throw new Error(`operation ${operation.id} has several handlers`);
    handlers.set(operation, handle);
  }
  const missing = operations.filter((each) => !handlers.has(each)).map(({ id }) => id);
  if (missing.length > 0) throw new Error(`operations without a handler: ${missing.join(', ')}; ${howToAdd}`);
  const unlisted = [...handlers.keys()].filter((each) => !operations.includes(each)).map(({ id }) => id);
  if (unlisted.length > 0)
    throw new Error(`handlers of operations that are not in src/contract/: ${unlisted.join(', ')}`);
  return (operation) => handlers.get(operation) as AnyHandler;
}

const howToAdd = 'export the result of implement() from a file in src/customer/handlers/';
