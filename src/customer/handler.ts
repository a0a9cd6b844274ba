/** The input and output of the handlers of customer operations. */
import type { ChainService } from '../chain/service.ts';
import type { Clock } from '../clock/clock.ts';
import type { Commands } from '../command/registry.ts';
import type { CustomerErrorId, ShownToCustomers } from '../contract/customer-errors.ts';
import type { Rejection } from '../contract/errors.ts';
import type { Operation, ReplyOf, UnlistedErrorId } from '../contract/operation.ts';
import type { ValuesOf } from '../contract/schema.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import type { ApiKey } from './key-ring.ts';

export type HandlerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chainService: Pick<ChainService, 'newAddress'>;
  readonly catalog: () => Catalog;
  readonly clock: Pick<Clock, 'wire' | 'world'>;
  readonly weightPerMinute: number;
  /** Makes an API key with a secret, both random. */
  readonly makeKey: () => { readonly apiKey: string; readonly secretKey: string };
  readonly encryptSecret: (secret: string) => string;
  /** A rule of the approval policy, by its name, has denied a withdrawal. */
  readonly onDenied: (rule: string) => void;
};

export type Caller = {
  /** Undefined if the operation requires no key. */
  readonly key: ApiKey | undefined;
  /** The account of the key. */
  readonly account: Row<'accounts'> | undefined;
  readonly notAfterMs: number | undefined;
};

type CallerWithKey = Caller & { readonly key: ApiKey; readonly account: Row<'accounts'> };

/** The errors that customers see as one that the operation lists, or as one of those that no operation lists. */
type ErrorOf<O extends Operation> = {
  [I in CustomerErrorId]: ShownToCustomers<I> extends O['errors'][number] | UnlistedErrorId ? I : never;
}[CustomerErrorId];
type Result<O extends Operation> = ReplyOf<O> | Rejection<ErrorOf<O>>;

/** Returns the JSON body of the reply, or a rejection that the operation lists. */
type Handler<O extends Operation> = (
  values: ValuesOf<O['parameters']>,
  caller: O['security'] extends 'NONE' ? Caller : CallerWithKey,
  parts: HandlerParts,
) => Result<O> | Promise<Result<O>>;

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
  // cast: the pipeline calls it with the values of this operation.
  return new Implementation(operation, handle as AnyHandler);
}
