/**
 * What an operation of the operator's API promises. One object per operation; routing, validation, OpenAPI and the
 * tests all come from it.
 *
 * JSON in and out, amounts as decimal strings, times in milliseconds. A body with a field that is not declared is
 * refused, so that a misspelt limit is never silently ignored; unknown query parameters are ignored.
 */
import type { ErrorId } from './errors.ts';
import type { Idempotency } from './idempotency.ts';
import { type Static, type TSchema, Type } from './schema.ts';

type Properties = Readonly<Record<string, TSchema>>;
type ObjectOf<P extends Properties> = ReturnType<typeof Type.Object<P>>;

/** As much of an object's schema as routing and OpenAPI read. */
export type ObjectSchema = TSchema & {
  readonly type: 'object';
  readonly properties: Properties;
  readonly required?: readonly string[] | undefined;
};

export type OperatorOperation<
  Path extends ObjectSchema = ObjectSchema,
  Query extends ObjectSchema = ObjectSchema,
  Body extends ObjectSchema = ObjectSchema,
  Reply extends TSchema = TSchema,
> = {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With a `{name}` for each path parameter. */
  readonly path: `/operator/v1/${string}`;
  readonly summary: string;
  readonly pathParameters: Path;
  readonly query: Query;
  /** Without properties where nothing is taken; may be left out when none of them is required. */
  readonly body: Body;
  readonly reply: Reply;
  /** Of a success. */
  readonly status: 200 | 201;
  /** Whether it takes an `Idempotency-Key`, and answers the same request under the same key with the first reply. */
  readonly idempotent: boolean;
  /** What it may answer beyond what every operation may. */
  readonly errors: readonly ErrorId[];
};

/** What the handler receives, validated. */
export type OperatorInput<O extends OperatorOperation> = {
  readonly path: Static<O['pathParameters']>;
  readonly query: Static<O['query']>;
  readonly body: Static<O['body']>;
  /** Undefined without a key. */
  readonly idempotency?: Idempotency | undefined;
};
export type OperatorReply<O extends OperatorOperation> = Static<O['reply']>;

type Nothing = Record<never, never>;
type Declaration<P extends Properties, Q extends Properties, B extends Properties, R extends TSchema> = Pick<
  OperatorOperation,
  'id' | 'method' | 'path' | 'summary'
> & {
  readonly pathParameters?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
  readonly status?: 200 | 201;
  readonly idempotent?: boolean;
  readonly errors?: readonly ErrorId[];
};

/** Declares an operation; what is not said is: no parameters, no body, 200, no idempotency key. */
export function operatorOperation<
  const P extends Properties = Nothing,
  const Q extends Properties = Nothing,
  const B extends Properties = Nothing,
  const R extends TSchema = TSchema,
>(declared: Declaration<P, Q, B, R>): OperatorOperation<ObjectOf<P>, ObjectOf<Q>, ObjectOf<B>, R> {
  return {
    status: 200,
    idempotent: false,
    errors: [],
    ...declared,
    pathParameters: Type.Object(declared.pathParameters ?? ({} as P)),
    query: Type.Object(declared.query ?? ({} as Q)),
    body: Type.Object(declared.body ?? ({} as B), { additionalProperties: false }),
  };
}

const everywhere: readonly ErrorId[] = [
  'operator-unauthorized',
  'operator-invalid',
  'path-unknown',
  'method-not-allowed',
  'not-done',
  'unknown',
];

/** Every error that the operation may answer: its own and those of the road to it. */
export function errorsOfOperator(declared: OperatorOperation): readonly ErrorId[] {
  const all = new Set<ErrorId>([...everywhere, ...declared.errors]);
  if (declared.method !== 'GET') all.add('outcome-unknown');
  if (declared.idempotent) all.add('operator-conflict');
  return [...all];
}
