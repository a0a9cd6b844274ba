/** The input and output of the handlers of customer operations. */
import type { ChainService } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import type { Rejection } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import type { ValuesOf } from '../contract/schema.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

export type HandlerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chainService: Pick<ChainService, 'newAddress'>;
  readonly catalog: () => Catalog;
  readonly nowMs: () => number;
  readonly weightPerMinute: number;
};

export type Caller = {
  /** The account of the key; undefined if the operation requires no key. */
  readonly account: Row<'accounts'> | undefined;
  readonly notAfterMs: number | undefined;
};

/** Returns the JSON body of the reply, or a rejection. */
export type Handler<O extends Operation> = (
  values: ValuesOf<O['parameters']>,
  caller: O['security'] extends 'NONE' ? Caller : Caller & { readonly account: Row<'accounts'> },
  parts: HandlerParts,
) => object | Rejection | Promise<object | Rejection>;
