/**
 * Parses and validates the path, query and body of a request. A rejection names the field and the rule.
 *
 * Numbers and booleans in a query are converted from text; values in a JSON body are not converted.
 */
import { isRejection, type Rejection, reject } from '../contract/errors.ts';
import type { ObjectSchema, OperatorOperation } from '../contract/operator-operation.ts';
import { createSchemaCheck, type SchemaCheck } from '../contract/schema-check.ts';
import { problemOfText } from '../contract/text.ts';
import { decodeComponent, splitPairs } from '../http/raw-parameters.ts';

export type OperatorRoute = {
  readonly operation: OperatorOperation;
  readonly checks: { readonly path: SchemaCheck; readonly query: SchemaCheck; readonly body: SchemaCheck };
};

type Values = Readonly<Record<string, unknown>>;
export type ReadInput = { readonly path: Values; readonly query: Values; readonly body: Values };
type RawInput = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: string;
  readonly contentType: string | undefined;
  /** One character per byte. */
  readonly body: string;
};

export function createOperatorRoute(operation: OperatorOperation): OperatorRoute {
  const checks = {
    path: createSchemaCheck(operation.pathParameters),
    query: createSchemaCheck(operation.query),
    body: createSchemaCheck(operation.body),
  };
  return { operation, checks };
}

export const invalid = (reason: string): Rejection => reject('operator-invalid', { reason });

/** The rejection of a body whose code differs from the one in the path. */
export const otherThanPath = (field: string, inBody: string, inPath: string): Rejection =>
  invalid(`body.${field}: is ${inBody}, but the path contains ${inPath}; send the same value or omit it`);

export function readInput(raw: RawInput, { operation, checks }: OperatorRoute): ReadInput | Rejection {
  const query = readQuery(raw.query, operation.query);
  if (isRejection(query)) return query;
  const body = readBody(raw);
  if (isRejection(body)) return body;
  const input = { path: raw.path, query, body: body.value };
  for (const place of ['path', 'query', 'body'] as const) {
    const problem = checks[place](input[place]);
    if (problem !== null) return invalid(`${[place, problem.at].filter(Boolean).join('.')}: ${problem.rule}`);
    const wrongText = findWrongText(input[place], place);
    if (wrongText !== null) return invalid(wrongText);
  }
  return input as ReadInput;
}

/** @returns the field and the rule, or null. `at` is the field that contains the value. */
function findWrongText(value: unknown, at: string): string | null {
  if (typeof value === 'string') {
    const problem = problemOfText(value);
    return problem === null ? null : `${at}: ${problem}`;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, each] of Object.entries(value)) {
    const wrong = findWrongText(each, Array.isArray(value) ? `${at}[${key}]` : `${at}.${key}`);
    if (wrong !== null) return wrong;
  }
  return null;
}

function readQuery(text: string, declared: ObjectSchema): Record<string, unknown> | Rejection {
  const pairs = splitPairs(text).map((pair) => ({ ...pair, name: decodeComponent(pair.name) }));
  const unknown = pairs.find(({ name }) => name === null || !Object.hasOwn(declared.properties, name));
  if (unknown !== undefined) return unknownParameter(unknown.name, Object.keys(declared.properties));
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(declared.properties)) {
    const [sent, ...more] = pairs.filter((pair) => pair.name === name);
    if (more.length > 0) return invalid(`query.${name}: must not be repeated`);
    if (sent === undefined) continue;
    const value = decodeComponent(sent.value);
    if (value === null) return invalid(`query.${name}: is not percent-encoded UTF-8`);
    values[name] = convert(value, (schema as { type?: unknown }).type);
  }
  return values;
}

/** A filter that is silently ignored would show everybody's rows. */
function unknownParameter(name: string | null, known: readonly string[]): Rejection {
  if (name === null) return invalid('query: a parameter name is not percent-encoded UTF-8');
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  const choice = known.length === 0 ? 'it has no query parameters' : `it has ${known.join(', ')}`;
  return invalid(`query.${shown}: is not a parameter of this operation; ${choice}`);
}

/** A text that is not a number or boolean stays unchanged, and the schema rejects it. */
function convert(text: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d{1,300}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An absent body counts as an empty object. */
function readBody({ contentType = '', body }: RawInput): { readonly value: unknown } | Rejection {
  if (body === '') return { value: {} };
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType)) {
    return invalid(`body: the content type must be application/json, not '${contentType}'`);
  }
  try {
    return { value: JSON.parse(utf8.decode(Buffer.from(body, 'latin1'))) };
  } catch (error) {
    return invalid(`body: is not valid JSON (${(error as Error).message})`);
  }
}
