/**
 * The declaration of an operation of the customer API. One object per operation drives routing, parameter parsing,
 * security, weights, OpenAPI and the tests.
 */
import type { CustomerErrorId, ShownToCustomers } from './customer-errors.ts';
import type { Dialect } from './dialect.ts';
import { definitionOf } from './error-table.ts';
import type { OwnWeights } from './own-weights.ts';
import type { Permission } from './permission.ts';
import type { Parameters, Static, TSchema } from './schema.ts';

/** spec: the security types that operations of a wallet have. TRADE and USER_DATA require a key and a signature. */
export type Security = 'NONE' | 'TRADE' | 'USER_DATA';

/** The errors that customers see; others are shown as one of them. */
export type ShownErrorId = ShownToCustomers<CustomerErrorId>;

/** The interval from `startTime` to `endTime`, both inclusive. */
export type TimeWindow = {
  /** The longest interval, which also applies if a bound is missing. */
  readonly days: number;
  /** The interval before now (or `endTime`) if `startTime` is missing; default `days`. */
  readonly defaultDays?: number;
  /** Both, in a search by `withdrawOrderId`; a longer interval is then `interval-too-long`. */
  readonly withOrderIdDays?: number;
  readonly error: 'history-interval-too-long' | 'interval-too-long';
};

/** Which rows of a history come first. */
export type HistoryOrder = 'newest first' | 'oldest first';

export type Operation<
  P extends Parameters = Parameters,
  R extends TSchema = TSchema,
  E extends ShownErrorId = ShownErrorId,
> = {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly paths: readonly string[];
  readonly dialect: Dialect;
  readonly security: Security;
  /** The permission that the key must have; null if no key is needed. */
  readonly permission: Permission | null;
  /** Whether it can change anything, so that its outcome may be unknown after a fault. */
  readonly writes: boolean;
  /** The weight in the pool that all operations share. */
  readonly weight: number;
  /** The weights in counters of its own, which then replace the shared pool; null: it uses the pool. */
  readonly weights: OwnWeights | null;
  /** The longest interval that its history covers; null: any. */
  readonly window: TimeWindow | null;
  /** The order of the rows of its history; null: it has none. */
  readonly order: HistoryOrder | null;
  /** Only master accounts may call it. */
  readonly masterOnly: boolean;
  /** Only sub-accounts may call it. */
  readonly subAccountOnly: boolean;
  readonly summary: string;
  readonly parameters: P;
  readonly reply: R;
  /** The errors that it may return beyond those of parsing and security (see `errorsOf`). */
  readonly errors: readonly E[];
};

/** The reply that a handler returns: exact numbers are JSON written digit by digit, never a double. */
export type ReplyOf<O extends Operation> = Static<O['reply']>;

type Mandatory = 'id' | 'dialect' | 'method' | 'paths' | 'summary' | 'reply';
type Declaration<P extends Parameters, R extends TSchema, E extends ShownErrorId> = Pick<
  Operation<P, R>,
  Mandatory
> &
  Partial<Omit<Operation<P, R, E>, 'parameters' | Mandatory>> & { readonly parameters?: P };

const declaredOperations = new WeakSet<object>();

/** Whether it was declared by `operation`. */
export function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && declaredOperations.has(value);
}

/**
 * Declares an operation. Defaults: USER_DATA, permission `reading`, writes unless it is a GET, weight 1 or those of the
 * dialect.
 */
export function operation<
  const P extends Parameters = Record<never, never>,
  const R extends TSchema = TSchema,
  const E extends ShownErrorId = never,
>(declared: Declaration<P, R, E>): Operation<P, R, E> {
  const security = declared.security ?? 'USER_DATA';
  const made: Operation<P, R, E> = {
    security,
    permission: security === 'NONE' ? null : 'reading',
    writes: declared.method !== 'GET',
    weight: 1,
    weights: declared.dialect.defaultWeights,
    window: null,
    order: null,
    masterOnly: false,
    subAccountOnly: false,
    errors: [],
    ...declared,
    // cast: P has no fields if none are declared.
    parameters: declared.parameters ?? ({} as P),
  };
  declaredOperations.add(made);
  return made;
}

export function isSigned(security: Security): boolean {
  return security === 'TRADE' || security === 'USER_DATA';
}

/** Operations without a key also work during maintenance. */
export function servesInMaintenance({ security }: Operation): boolean {
  return security === 'NONE';
}

const everywhere = [
  'too-many-requests',
  'path-unknown',
  'method-not-allowed',
  'parameters-too-many',
  'unknown',
] as const;
const withKey = ['key-malformed', 'key-rejected', 'permission-missing'] as const;
const withSignature = [
  'timestamp-outside-window',
  'recv-window-too-large',
  'signature-invalid',
  'parameter-missing',
  'parameter-empty',
  'parameter-illegal-characters',
  'parameter-overflow',
] as const;
/** Errors of an operation that reads the store, which may be unavailable. */
const withReads = ['not-done'] as const;
/** Errors of an operation that writes: after a fault of the store the outcome may be unknown. */
const withWrites = ['outcome-unknown'] as const;

/** The errors that an operation does not list itself: those of parsing, security and the store. */
export type UnlistedErrorId =
  | (typeof everywhere | typeof withKey | typeof withSignature | typeof withReads | typeof withWrites)[number]
  | TimeWindow['error']
  | 'time-unit-invalid'
  | 'maintenance'
  | 'parameter-invalid'
  | 'master-only'
  | 'sub-account-only';

/** Every error that the operation may return, as its dialect shows them: its own, and those that it does not list. */
export function errorsOf(declared: Operation): readonly ShownErrorId[] {
  const all = new Set<ShownErrorId>([...everywhere, ...declared.errors]);
  if (!servesInMaintenance(declared)) all.add('maintenance');
  if (declared.writes) for (const id of withWrites) all.add(id);
  if (declared.security !== 'NONE') for (const id of [...withKey, ...withReads]) all.add(id);
  if (isSigned(declared.security)) for (const id of withSignature) all.add(id);
  if (canBeInvalid(declared)) all.add('parameter-invalid');
  if (declared.masterOnly) all.add('master-only');
  if (declared.subAccountOnly) all.add('sub-account-only');
  if (declared.dialect.timing.hasTimeUnit) all.add('time-unit-invalid');
  if (declared.window !== null) all.add(declared.window.error);
  if (declared.window?.withOrderIdDays !== undefined) all.add('interval-too-long');
  return [...all].filter((id) => definitionOf(declared.dialect.errors, id) !== undefined);
}

/** A body can have a wrong content type; otherwise only parameters that are not plain strings can be invalid. */
function canBeInvalid({ method, parameters }: Operation): boolean {
  return (
    method !== 'GET' ||
    Object.values(parameters).some(({ kind, allowed }) => kind !== 'string' || allowed.length > 0)
  );
}
