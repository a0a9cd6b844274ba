/**
 * The OpenAPI 3.1 documents of the customer API and the operator API. They are generated from the contract alone.
 */

import { bodyOfError } from '../dialect.ts';
import { idempotencyKeyParameter, replayedHeader, replayedReplyHeader } from '../idempotency.ts';
import { errorsOf, isSigned, type Operation } from '../operation.ts';
import { operatorErrors } from '../operator-errors.ts';
import { errorsOfOperator, type ObjectSchema, type OperatorOperation } from '../operator-operation.ts';
import { ownLimits, weightHeader } from '../own-weights.ts';
import type { Parameters, TSchema } from '../schema.ts';
import { signingOf } from '../signing.ts';
import { timeUnitHeader, timeUnitSchema } from '../time-unit.ts';
import { errorComponents, errorResponses } from './openapi-errors.ts';

export type OpenApiInfo = { readonly title: string; readonly version: string; readonly description?: string };

type JsonContent = { readonly schema: TSchema };
type OpenApiParameter = {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description?: string;
  readonly required: boolean;
  readonly schema: TSchema;
  readonly 'x-mandatory'?: boolean;
};
type OpenApiOperation = {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly description?: string;
    readonly content: Readonly<Record<string, JsonContent>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly [extension: `x-${string}`]: unknown;
};
export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: OpenApiInfo;
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
};

type Described = readonly [path: string, method: string, operation: OpenApiOperation];

function documentOf(
  info: OpenApiInfo,
  scheme: { readonly name: string; readonly definition: object },
  described: readonly Described[],
): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const [path, method, operation] of described) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    security: [{ [scheme.name]: [] }],
    paths,
    components: { ...errorComponents, securitySchemes: { [scheme.name]: scheme.definition } },
  };
}

function success(status: number, schema: TSchema, headers: object = {}) {
  return { [status]: { description: 'Done.', ...headers, content: { 'application/json': { schema } } } };
}

const replayable = { headers: { [replayedHeader]: replayedReplyHeader } };

/** Said once for all operations, because the documents list only GET. */
export const headDescription =
  'HEAD on a path that supports GET returns the headers of the reply to GET, without the body.';
/** Said once for all operations of customers. */
export const microsecondsDescription =
  'Except under /wapi, `timestamp`, `startTime` and `endTime` may be in microseconds, which have 16 digits.';

/** The customer API. Signed operations also take `timestamp`, `recvWindow` and `signature`. */
export function customerOpenApi(operations: readonly Operation[], info: OpenApiInfo): OpenApiDocument {
  const definition = {
    type: 'apiKey',
    in: 'header',
    name: 'X-MBX-APIKEY',
    description:
      'Signed operations also require `signature`. It covers the query string followed by the body, exactly as sent but without the signature itself: the HMAC SHA256 under the secret key, or a signature by the private RSA or Ed25519 key whose public key is registered.',
  };
  const described = operations.flatMap((declared) =>
    declared.paths.map((path): Described => [path, declared.method, describeCustomer(declared, path)]),
  );
  return documentOf(info, { name: 'apiKey', definition }, described);
}

/** The time in examples. */
const exampleTimeMs = 1_570_000_000_000;

function describeCustomer(declared: Operation, path: string): OpenApiOperation {
  const { dialect } = declared;
  const parameters: Parameters = {
    ...declared.parameters,
    ...(isSigned(declared.security) && signingOf(dialect.timing)),
  };
  const anywhere = declared.method !== 'GET';
  return {
    operationId: operationIdOf(declared, path),
    summary: declared.summary,
    tags: [dialect.name],
    ...(declared.security === 'NONE' && { security: [] }),
    // A mandatory parameter of other methods than GET may be in the body instead.
    parameters: [
      ...Object.entries(parameters).map(([name, { mandatory, schema }]) => ({
        ...describeParameter('query', name, schema, mandatory && !anywhere),
        ...(anywhere && { 'x-mandatory': mandatory }),
      })),
      ...(dialect.timing.hasTimeUnit ? [timeUnitParameter] : []),
    ],
    ...(anywhere && { requestBody: formBody(parameters) }),
    responses: {
      ...success(200, declared.reply),
      ...errorResponses(
        errorsOf(declared),
        dialect.errors,
        (error) => bodyOfError(dialect, error, { path: `${path}/more`, nowMs: exampleTimeMs }),
        dialect.unknownPathBody === undefined ? 'Error' : 'UnknownPath',
      ),
    },
    ...weightsOf(declared),
    'x-security-type': declared.security,
    ...(declared.permission !== null && { 'x-permission': declared.permission }),
    'x-master-only': declared.masterOnly,
  };
}

/** The weight in the shared pool, or those in the counters of the operation. */
function weightsOf({ weight, weights }: Operation) {
  if (weights === null) return { 'x-weight': weight };
  const { per: interval = 'minute' } = weights;
  const owners = (['address', 'account'] as const).filter((owner) => weights[owner] !== undefined);
  return {
    'x-weights': owners.map((owner) => ({
      per: owner,
      interval,
      weight: weights[owner],
      limit: ownLimits[owner],
      header: weightHeader(owner, interval).toUpperCase(),
    })),
  };
}

const timeUnitParameter: OpenApiParameter = {
  ...describeParameter('header', timeUnitHeader.toUpperCase(), timeUnitSchema, false),
};

/** An operation with several paths gets one id for each path: `pingV1`, `pingV3`. */
function operationIdOf({ id, paths }: Operation, path: string): string {
  return paths.length === 1 ? id : `${id}${path.split('/')[2]?.toUpperCase()}`;
}

function formBody(parameters: Parameters) {
  const mandatory = Object.keys(parameters).filter((name) => parameters[name]?.mandatory);
  const properties = Object.entries(parameters).map(([name, { schema }]) => [name, schema] as const);
  const schema: TSchema = { type: 'object', properties: Object.fromEntries(properties) };
  return {
    required: false,
    description: `Parameters may be sent in the query string or in the body, each only once. Mandatory in either place: ${mandatory.join(', ')}.`,
    content: { 'application/x-www-form-urlencoded': { schema } },
  };
}

/** The operator API, which requires a bearer token. */
export function operatorOpenApi(
  operations: readonly OperatorOperation[],
  info: OpenApiInfo,
): OpenApiDocument {
  const described = operations.map(
    (declared): Described => [declared.path, declared.method, describeOperator(declared)],
  );
  return documentOf(info, { name: 'token', definition: { type: 'http', scheme: 'bearer' } }, described);
}

function describeOperator(declared: OperatorOperation): OpenApiOperation {
  const { body, maxBodyBytes } = declared;
  const takesBody = Object.keys(body.properties).length > 0;
  return {
    operationId: declared.id,
    summary: declared.summary,
    tags: [declared.path.split('/')[3] ?? ''],
    parameters: [
      ...describeParameters('path', declared.pathParameters),
      ...describeParameters('query', declared.query),
      ...(declared.idempotent ? [idempotencyKeyParameter] : []),
    ],
    ...(takesBody && {
      requestBody: {
        required: (body.required ?? []).length > 0,
        description: `At most ${maxBodyBytes} bytes.`,
        content: { 'application/json': { schema: body } },
      },
    }),
    responses: {
      ...success(declared.status, declared.reply, declared.idempotent ? replayable : {}),
      ...errorResponses(errorsOfOperator(declared), operatorErrors),
    },
  };
}

function describeParameters(place: 'path' | 'query', declared: ObjectSchema): OpenApiParameter[] {
  return Object.entries(declared.properties).map(([name, schema]) =>
    describeParameter(place, name, schema, declared.required?.includes(name) ?? false),
  );
}

function describeParameter(
  place: 'path' | 'query' | 'header',
  name: string,
  schema: TSchema,
  mandatory: boolean,
): OpenApiParameter {
  // cast: every schema may have one.
  const { description } = schema as { description?: string };
  return { name, in: place, ...(description !== undefined && { description }), required: mandatory, schema };
}
