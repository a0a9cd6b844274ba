/**
 * The declaration of an operation of the operator API. One object per operation drives routing, validation, OpenAPI and
 * the tests.
 *
 * Bodies are JSON, amounts are decimal strings, and times are milliseconds. A body with an undeclared field
 * and a query with an undeclared parameter are rejected, so that a misspelt limit or filter is never silently ignored.
 */
import type { Idempotency } from './idempotency.ts';
import { type Csv, csvFormat, csvOfList, isList } from './list-csv.ts';
import type { OperatorErrorId, ShownToOperators } from './operator-errors.ts';
import type { OperationAccess } from './operator-permissions.ts';
import { type Static, type TSchema, Type } from './schema.ts';

type Properties = Readonly<Record<string, TSchema>>;
type ObjectOf<P extends Properties> = ReturnType<typeof Type.Object<P>>;

/** The part of an object schema that routing and OpenAPI use. */
export type ObjectSchema = TSchema & {
  readonly type: 'object';
  readonly properties: Properties;
  readonly required?: readonly string[] | undefined;
};

/** The errors that operators see; others are shown as one of them. */
export type ShownOperatorErrorId = ShownToOperators<OperatorErrorId>;

export type OperatorOperation<
  Path extends ObjectSchema = ObjectSchema,
  Query extends ObjectSchema = ObjectSchema,
  Body extends ObjectSchema = ObjectSchema,
  Reply extends TSchema = TSchema,
  E extends ShownOperatorErrorId = ShownOperatorErrorId,
> = {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Contains a `{name}` placeholder for each path parameter. */
  readonly path: `/operator/v1/${string}`;
  readonly summary: string;
  /** The access that a caller needs. */
  readonly permission: OperationAccess;
  /** Whether a person must have proved their identity within the last two minutes. Machines cannot. */
  readonly needsProof: boolean;
  readonly pathParameters: Path;
  readonly query: Query;
  /** Has no properties if the operation takes no body. A request may omit the body if no property is required. */
  readonly body: Body;
  /** A longer body is refused before it is parsed, because parsing delays all other requests. */
  readonly maxBodyBytes: number;
  readonly reply: Reply;
  /** The CSV form of the reply; undefined if the reply has none. Every list has one. */
  readonly csv?: Csv<Static<Reply>> | undefined;
  /** The HTTP status of a success. */
  readonly status: 200 | 201;
  /** Whether it accepts an `Idempotency-Key`, so that repeating a request with its key returns the first reply. */
  readonly idempotent: boolean;
  /** The errors that it may return beyond those of every operation. */
  readonly errors: readonly E[];
};

/** The validated input of the handler. */
export type OperatorInput<O extends OperatorOperation> = {
  readonly path: Static<O['pathParameters']>;
  readonly query: Static<O['query']>;
  readonly body: Static<O['body']>;
  /** Undefined if the request has no key. */
  readonly idempotency?: Idempotency | undefined;
};
export type OperatorReply<O extends OperatorOperation> = Static<O['reply']>;

type Nothing = Record<never, never>;
type Declaration<
  P extends Properties,
  Q extends Properties,
  B extends Properties,
  R extends TSchema,
  E extends ShownOperatorErrorId,
> = Pick<OperatorOperation, 'id' | 'method' | 'path' | 'summary' | 'permission'> & {
  readonly needsProof?: boolean;
  readonly pathParameters?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly maxBodyBytes?: number;
  readonly reply: R;
  /** The CSV form of a list; default: a column for each field of its rows. */
  readonly csv?: Csv<Static<NoInfer<R>>>;
  /** Whether the first page of the list has the newest rows, oldest first. */
  readonly isNewestLast?: true;
  readonly status?: 200 | 201;
  readonly idempotent?: boolean;
  readonly errors?: readonly E[];
};

const declaredOperations = new WeakSet<object>();

/** Whether it was declared by `operatorOperation`. */
export function isOperatorOperation(value: unknown): value is OperatorOperation {
  return typeof value === 'object' && value !== null && declaredOperations.has(value);
}

const defaultMaxBodyBytes = 64 * 1024;

/**
 * Declares an operation. Defaults: no parameters, no body, at most 64 KiB, status 200, no idempotency key, no proof. An
 * operation whose reply has a CSV form gets the parameter `format`.
 */
export function operatorOperation<
  const P extends Properties = Nothing,
  const Q extends Properties = Nothing,
  const B extends Properties = Nothing,
  const R extends TSchema = TSchema,
  const E extends ShownOperatorErrorId = never,
>({
  isNewestLast,
  ...declared
}: Declaration<P, Q, B, R, E>): OperatorOperation<ObjectOf<P>, ObjectOf<Q>, ObjectOf<B>, R, E> {
  const csv = declared.csv ?? (isList(declared) ? csvOfList(declared, isNewestLast) : undefined);
  const made = {
    status: 200,
    needsProof: false,
    idempotent: false,
    errors: [],
    maxBodyBytes: defaultMaxBodyBytes,
    ...declared,
    ...(csv !== undefined && { csv }),
    // cast: P, Q and B have no fields if none are declared.
    pathParameters: Type.Object(declared.pathParameters ?? ({} as P)),
    // cast: as above. Handlers need not know the format.
    query: Type.Object({ ...declared.query, ...(csv !== undefined && csvFormat) } as unknown as Q),
    // cast: as above.
    body: Type.Object(declared.body ?? ({} as B), { additionalProperties: false }),
  } as const;
  declaredOperations.add(made);
  return made;
}

/** Whether the operation exists only with the rehearsal lab. Its changes are not in the audit trail. */
export function isOfLab({ path }: Pick<OperatorOperation, 'path'>): boolean {
  return path.startsWith('/operator/v1/lab/');
}

/** Whether the operation is about who may use the operator API of the process. */
export function isOfAccess({ path }: Pick<OperatorOperation, 'path'>): boolean {
  return /^\/operator\/v1\/(sign-in|sign-out|links|me|operators|tokens)(\/|$)/.test(path);
}

/** Whether the operation is about the worlds of the lab, and not within one of them. */
export function isOfWorlds({ path }: Pick<OperatorOperation, 'path'>): boolean {
  return /^\/operator\/v1\/lab\/(imported-)?worlds(\/|$)/.test(path);
}

const everywhere = [
  'operator-unauthorized',
  'operator-forbidden',
  'operator-invalid',
  'path-unknown',
  'method-not-allowed',
  'not-done',
  'unknown',
] as const;

/** The errors that an operation does not list itself: those of authentication, validation and the store. */
export type UnlistedOperatorErrorId =
  | (typeof everywhere)[number]
  | 'outcome-unknown'
  | 'read-too-long'
  | 'proof-missing';

/** Every error that the operation may return: its own, and those that it does not list. */
export function errorsOfOperator(declared: OperatorOperation): readonly ShownOperatorErrorId[] {
  const all = new Set<ShownOperatorErrorId>([...everywhere, ...declared.errors]);
  all.add(declared.method === 'GET' ? 'read-too-long' : 'outcome-unknown');
  if (declared.needsProof) all.add('proof-missing');
  return [...all];
}
