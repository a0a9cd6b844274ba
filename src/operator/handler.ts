/** The input and output of the handlers of operator operations. */

import type { ChainService } from '../chain/service.ts';
import type { Clock } from '../clock/clock.ts';
import type { Commands } from '../command/registry.ts';
import type { IntegrityRecord } from '../command/settings/integrity-record.ts';
import type { Operator } from '../command/unit-of-work.ts';
import type { Rejection } from '../contract/errors.ts';
import type { OperatorErrorId, ShownToOperators } from '../contract/operator-errors.ts';
import type {
  OperatorInput,
  OperatorOperation,
  OperatorReply,
  UnlistedOperatorErrorId,
} from '../contract/operator-operation.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Lab } from '../lab/lab.ts';
import type { Worlds } from '../lab/worlds/worlds.ts';
import type { AddressStock } from '../query/address-stock.ts';
import type { Reads } from '../store/reads.ts';
import type { Access } from './access/access.ts';
import type { ReadInput } from './idempotency.ts';
import type { KnownBooks } from './known-books.ts';
import type { ReadPace, RequestPace } from './lists/read-pace.ts';

export type OperatorParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly catalog: () => Catalog;
  readonly clock: Clock;
  /** Generates a random API key and secret. */
  readonly makeKey: () => { readonly apiKey: string; readonly secretKey: string };
  readonly encryptSecret: (secret: string) => string;
  /** Decrypts a secret. @throws if no master key can decrypt it. */
  readonly decryptSecret: (encrypted: string) => string;
  /** Encrypts a secret under the current master key. `present`: it already is; `unreadable`: no key can decrypt it. */
  readonly reencrypted: (encrypted: string) => 'present' | 'unreadable' | { readonly encrypted: string };
  /** 32 random bytes. */
  readonly randomSeed: () => Uint8Array;
  /** Opens a consistent snapshot of the store. */
  readonly openSnapshot: () => Promise<{ readonly reads: Reads; close(): Promise<void> }>;
  /** The reads of requests that only read, which take turns by `readPace`. */
  readonly limitedReads: Reads;
  readonly readPace: ReadPace;
  /** The pace of the reads of this request. */
  readonly pace: RequestPace;
  /** Yields to other work in the event loop. */
  readonly yieldNow: () => Promise<void>;
  /** The groups of manual networks that have few addresses left, and since when that is known. */
  readonly lowAddresses: () => Promise<readonly (AddressStock & { readonly lowSince: number })[]>;
  /** Whether networks may be simulated. */
  readonly allowsSimulation: boolean;
  /** Recomputes the ledger and returns the integrity report. */
  readonly integrity: () => Promise<object>;
  /** The findings of the last integrity report; null if there was none. */
  readonly lastIntegrity: () => Promise<IntegrityRecord | null>;
  readonly knownBooks: KnownBooks;
  /** Undefined without the lab: then its operations have no routes. */
  readonly lab?: Lab | undefined;
  /** Undefined within a world of the lab: people sign in to the process. */
  readonly access?: Access | undefined;
  /** Undefined without the lab, and within a world of it. */
  readonly worlds?: { get(): Promise<Worlds<OperatorParts>> } | undefined;
};

/** @throws if there is no lab. */
export function labOf({ lab }: Pick<OperatorParts, 'lab'>): Lab {
  if (lab === undefined) throw new Error('an operation of the lab has a route without it');
  return lab;
}

/** @throws if there is no lab. */
export function worldsOf({ worlds }: Pick<OperatorParts, 'worlds'>): Promise<Worlds<OperatorParts>> {
  if (worlds === undefined) throw new Error('an operation of worlds has a route without the lab');
  return worlds.get();
}

/** The reply to an earlier request under the same idempotency key. */
export class Replayed<R> {
  readonly reply: R;

  constructor(reply: R) {
    this.reply = reply;
  }
}

/** A reply in the form that its request has asked for instead of JSON. */
export class TextReply {
  readonly contentType: string;
  readonly text: string;

  constructor(contentType: string, text: string) {
    this.contentType = contentType;
    this.text = text;
  }
}

/** A reply that sets a cookie. */
export class WithCookie<R> {
  readonly reply: R;
  readonly cookie: string;

  constructor(reply: R, cookie: string) {
    this.reply = reply;
    this.cookie = cookie;
  }
}

/** The details of its request that a sign-in records. */
export type RequestDetails = {
  readonly ip: string;
  readonly userAgent: string;
  /** The origin of the page; null if a token authenticates the request. */
  readonly origin: URL | null;
};

/** The reply to a command that takes an idempotency key. */
export function orReplayed<R>(reply: R, { replayed }: { readonly replayed?: true }): R | Replayed<R> {
  return replayed ? new Replayed(reply) : reply;
}

/** The errors that operators see as one that the operation lists, or as one of those that no operation lists. */
type ErrorOf<O extends OperatorOperation> = {
  [I in OperatorErrorId]: ShownToOperators<I> extends O['errors'][number] | UnlistedOperatorErrorId
    ? I
    : never;
}[OperatorErrorId];
type Result<O extends OperatorOperation> =
  | OperatorReply<O>
  | Replayed<OperatorReply<O>>
  | TextReply
  | WithCookie<OperatorReply<O>>
  | Rejection<ErrorOf<O>>;

/**
 * Returns the JSON body of the reply, or a rejection that the operation lists. A handler reads what it needs before its
 * last command, so a failed read means that nothing was done. `operator` holds actor and reason for the audit trail.
 */
export type OperatorHandler<O extends OperatorOperation> = (
  input: OperatorInput<O>,
  operator: Operator,
  parts: OperatorParts,
  request: RequestDetails,
) => Result<O> | Promise<Result<O>>;

/** A handler whose input has been validated against its operation. */
type AnyHandler = (
  input: ReadInput & Pick<OperatorInput<OperatorOperation>, 'idempotency'>,
  operator: Operator,
  parts: OperatorParts,
  request: RequestDetails,
) => unknown;

/** A handler and its operation. */
export class Implementation {
  readonly operation: OperatorOperation;
  readonly handle: AnyHandler;

  constructor(operation: OperatorOperation, handle: AnyHandler) {
    this.operation = operation;
    this.handle = handle;
  }
}

/** Binds a handler to the operation whose input and reply it has. */
export function implement<O extends OperatorOperation>(
  operation: O,
  handle: NoInfer<OperatorHandler<O>>,
): Implementation {
  // cast: it is called with the input of this operation.
  return new Implementation(operation, handle as AnyHandler);
}
