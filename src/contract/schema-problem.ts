/**
 * Finds the first violation of a schema and describes it. The search ends there: the library lists all violations, which
 * takes seconds for a body of some megabytes.
 *
 * Descriptions never show a regular expression: each `pattern` has a description, `patternInWords`.
 */
import type * as Library from 'typebox/schema';
import { nearest } from './nearest.ts';
import type { TSchema } from './schema.ts';

/** The functions of TypeBox that are used here. */
type Validators = Pick<typeof Library, 'Check' | 'Compile' | 'Errors'>;

/** `at` is the field, for example `networks[0].withdrawFee`, or empty for the whole value. */
export type SchemaProblem = { readonly at: string; readonly rule: string };

/** `place` says where an unknown field does not belong, for example `of this operation` */
type Search = { readonly library: Validators; readonly place: string };

type Violation = ReturnType<Validators['Errors']>[1][number];
type Fields = Readonly<Record<string, unknown>>;
/** The keywords by which the parts of a value are found. */
type Container = {
  readonly type?: unknown;
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
};

/**
 * Checks the value itself, then its missing fields, its unknown fields, and its known fields in the order of the schema.
 * @returns the first violation, or null.
 */
export function findProblem(search: Search, schema: TSchema, value: unknown, at = ''): SchemaProblem | null {
  // cast: every schema may have these fields.
  const { items, properties, required, additionalProperties, ...own } = schema as Container;
  // The rules of the value itself, without those of its parts.
  const [, [violation]] = search.library.Errors(own, value);
  if (violation !== undefined) return { at, rule: ruleOf(violation, own) };
  if (Array.isArray(value)) return items === undefined ? null : findInItems(search, items, value, at);
  if (properties === undefined) return null;
  // cast: values of schemas with properties are objects, which was checked above.
  const fields = value as Fields;
  const missing = required?.find((name) => !Object.hasOwn(fields, name));
  if (missing !== undefined) return { at: join(at, missing), rule: 'is required' };
  const unknown = additionalProperties === false ? findUnknown(fields, properties) : undefined;
  if (unknown !== undefined)
    return { at: join(at, unknown), rule: unknownFieldRule(unknown, properties, search.place) };
  return findInFields(search, properties, fields, at);
}

function findInItems(
  search: Search,
  schema: TSchema,
  items: readonly unknown[],
  at: string,
): SchemaProblem | null {
  const compiled = search.library.Compile(schema);
  const wrong = items.findIndex((item) => !compiled.Check(item));
  return wrong < 0 ? null : findProblem(search, schema, items[wrong], `${at}[${wrong}]`);
}

function findUnknown(fields: Fields, properties: object): string | undefined {
  for (const name in fields) if (!Object.hasOwn(properties, name)) return name;
  return undefined;
}

/** Longer names are not compared with the known ones. */
const maxComparedName = 60;

function unknownFieldRule(unknown: string, properties: object, place: string): string {
  const meant = unknown.length > maxComparedName ? undefined : nearest(unknown, Object.keys(properties));
  const rule = `is not a field ${place}`;
  return meant === undefined ? rule : `${rule}; did you mean ${meant}?`;
}

function findInFields(
  search: Search,
  properties: Readonly<Record<string, TSchema>>,
  fields: Fields,
  at: string,
): SchemaProblem | null {
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(fields, name)) continue;
    const problem = findProblem(search, schema, fields[name], join(at, name));
    if (problem !== null) return problem;
  }
  return null;
}

function ruleOf({ keyword, params, message }: Violation, { patternInWords }: Fields): string {
  switch (keyword) {
    case 'enum':
      return `must be one of ${params.allowedValues.map((each) => JSON.stringify(each)).join()}`;
    case 'pattern':
      return `must be ${patternInWords ?? 'in the documented format'}`;
    case 'type':
      return `must be ${[params.type].flat().map(typeInWords).join(' or ')}`;
    case 'minLength':
    case 'minItems':
      return params.limit === 1 ? 'must not be empty' : message;
    default:
      return message;
  }
}

function typeInWords(type: string): string {
  if (type === 'null') return 'null';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function join(field: string, step: string): string {
  return field === '' ? step : `${field}.${step}`;
}
