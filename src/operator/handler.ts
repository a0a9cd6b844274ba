/** What a handler of an operator's operation is given, and what it answers. */
import type { ChainService } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import type { Operator } from '../command/unit-of-work.ts';
import type { Rejection } from '../contract/errors.ts';
import type { OperatorInput, OperatorOperation, OperatorReply } from '../contract/operator-operation.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';

export type OperatorParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly catalog: () => Catalog;
  readonly nowMs: () => number;
  /** A new key pair, unguessable. */
  readonly makeKey: () => { readonly apiKey: string; readonly secretKey: string };
  readonly sealSecret: (secret: string) => string;
  /** @throws when no key opens it. */
  readonly openSecret: (sealed: string) => string;
  /** The same secret sealed under the present master key: it is already, or no key opens it, or here it is. */
  readonly resealed: (sealed: string) => 'present' | 'unreadable' | { readonly sealed: string };
  /** 32 random bytes. */
  readonly randomSeed: () => Uint8Array;
  /** The books as they are now, however long it takes to read them. */
  readonly openSnapshot: () => Promise<{ readonly reads: Reads; close(): Promise<void> }>;
  /** Lets others run. */
  readonly yieldNow: () => Promise<void>;
  /** Checks the books from the data itself. */
  readonly integrity: () => Promise<object>;
};

/** A reply to be written as JSON, or a refusal. `operator` is who asks and why, for the audit trail. */
export type OperatorHandler<O extends OperatorOperation> = (
  input: OperatorInput<O>,
  operator: Operator,
  parts: OperatorParts,
) => OperatorReply<O> | Rejection | Promise<OperatorReply<O> | Rejection>;
