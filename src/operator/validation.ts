/**
 * Validates the path, the query and the body of a request against the schemas of its operation. A rejection names the
 * field and the rule.
 *
 * Fastify calls these validators instead of those of its default library. Numbers and booleans in a query are converted
 * from text; values in a JSON body are not converted.
 */

import type { FastifySchemaCompiler } from 'fastify';
import { present } from '../boundary/present.ts';
import { isRejection } from '../contract/errors.ts';
import type { OperatorErrorId, OperatorRejection } from '../contract/operator-errors.ts';
import type { ObjectSchema } from '../contract/operator-operation.ts';
import { invalid } from '../contract/operator-rejections.ts';
import { createSchemaCheck } from '../contract/schema-check.ts';
import { problemOfText } from '../contract/text.ts';
import { decodeComponent, decodePercent, type RawPair, splitPairs } from '../http/raw-parameters.ts';
import { RejectionError } from './rejection-error.ts';

type Values = Readonly<Record<string, unknown>>;
/** The input of the validators from Fastify's router and body parser, by the name of the part in error messages. */
type Sent = {
  /** Segments as sent. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: ParsedQuery;
  readonly body: unknown;
};
type Part = keyof Sent;
type ParsedQuery = { readonly pairs: readonly RawPair[] };

/** The query as the validators expect it: duplicate names are kept, and nothing is decoded. */
export const parseQuery = (text: string): ParsedQuery => ({ pairs: splitPairs(text) });

const partOf: Readonly<Record<string, Part>> = { params: 'path', querystring: 'query', body: 'body' };
const readers: { readonly [P in Part]: (sent: Sent[P], schema: ObjectSchema) => unknown } = {
  path: readPath,
  query: ({ pairs }, schema) => readQuery(pairs, schema),
  body: (body) => body,
};

export const compileValidator: FastifySchemaCompiler<ObjectSchema> = ({ schema, httpPart = '' }) => {
  const part = present(partOf[httpPart]);
  // cast: each reads the input that is sent in its part.
  const read = readers[part] as (sent: unknown, schema: ObjectSchema) => unknown;
  const check = createSchemaCheck(schema);
  return (sent: unknown) => {
    const value = read(sent, schema);
    if (isRejection<OperatorErrorId>(value)) return { error: new RejectionError(value) };
    const problem = check(value);
    if (problem !== null) {
      const field = [part, problem.at].filter(Boolean).join('.');
      return { error: new RejectionError(invalid(`${field}: ${problem.rule}`)) };
    }
    const wrongText = problemOfContent(value, part);
    return wrongText === null ? { value } : { error: new RejectionError(invalid(wrongText)) };
  };
};

/** A value that nests deeper could overflow the stack of code that reads it. */
const maxDepth = 100;

/** @returns a message if the value, in place `at`, nests too deep or has a text that cannot be stored; otherwise null. */
function problemOfContent(value: unknown, at: string, depth = 0): string | null {
  if (typeof value === 'string') {
    const problem = problemOfText(value);
    return problem === null ? null : `${at}: ${problem}`;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth > maxDepth)
    return `${at.split(/[.[]/, 1)[0]}: objects and lists must not nest deeper than ${maxDepth} levels`;
  for (const [key, each] of Object.entries(value)) {
    const wrong = problemOfContent(each, Array.isArray(value) ? `${at}[${key}]` : `${at}.${key}`, depth + 1);
    if (wrong !== null) return wrong;
  }
  return null;
}

function readPath(segments: Sent['path']): Values | OperatorRejection {
  const values: Record<string, string> = {};
  for (const [name, segment] of Object.entries(segments)) {
    const value = decodePercent(segment);
    if (value === null) return invalid(`path.${name}: is not percent-encoded UTF-8`);
    values[name] = value;
  }
  return values;
}

function readQuery(sent: readonly RawPair[], declared: ObjectSchema): Values | OperatorRejection {
  const pairs = sent.map((pair) => ({ ...pair, name: decodeComponent(pair.name) }));
  const unknown = pairs.find(({ name }) => name === null || !Object.hasOwn(declared.properties, name));
  if (unknown !== undefined) return unknownParameter(unknown.name, Object.keys(declared.properties));
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(declared.properties)) {
    const [first, ...more] = pairs.filter((pair) => pair.name === name);
    if (more.length > 0) return invalid(`query.${name}: must not be repeated`);
    if (first === undefined) continue;
    const value = decodeComponent(first.value);
    if (value === null) return invalid(`query.${name}: is not percent-encoded UTF-8`);
    // cast: every schema may have one.
    values[name] = convert(value, (schema as { type?: unknown }).type);
  }
  return values;
}

/** A filter that is silently ignored would show the rows of all accounts. */
function unknownParameter(name: string | null, known: readonly string[]): OperatorRejection {
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
