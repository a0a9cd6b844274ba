/**
 * Validates a value against a schema. A violation is reported as the field and a readable description of the rule.
 * Values are never converted.
 *
 * Error messages never show a regular expression: each `pattern` has a description, `patternInWords`.
 */
import { createRequire } from 'node:module';
import type * as TypeBox from 'typebox/schema';
import type { TSchema } from './schema.ts';

type TypeBoxSchema = typeof TypeBox;

/** `at` is the field, for example `networks[0].withdrawFee`, or empty for the whole value. */
type SchemaProblem = { readonly at: string; readonly rule: string };
export type SchemaCheck = (value: unknown) => SchemaProblem | null;

type Problem = ReturnType<ReturnType<TypeBoxSchema['Compile']>['Errors']>[1][number];

const require = createRequire(import.meta.url);

/** Loads the compiler and compiles the schema on first use, to keep startup fast: most operations are rarely used. */
export function createSchemaCheck(schema: TSchema): SchemaCheck {
  let compiled: ReturnType<TypeBoxSchema['Compile']> | undefined;
  return (value) => {
    compiled ??= (require('typebox/schema') as TypeBoxSchema).Compile(schema);
    if (compiled.Check(value)) return null;
    const [, [first]] = compiled.Errors(value);
    return first === undefined ? { at: '', rule: 'is not valid' } : describeProblem(first, schema);
  };
}

function describeProblem(
  { keyword, instancePath, params, message }: Problem,
  schema: TSchema,
): SchemaProblem {
  const at = fieldOf(instancePath);
  switch (keyword) {
    case 'required':
      return { at: join(at, params.requiredProperties[0] ?? ''), rule: 'is required' };
    case 'additionalProperties':
      return { at: join(at, params.additionalProperties[0] ?? ''), rule: 'is not a field of this operation' };
    // In an object without additional properties, their schema is `false`.
    case 'boolean':
      return { at, rule: 'is not a field of this operation' };
    case 'enum':
      return {
        at,
        rule: `must be one of ${params.allowedValues.map((each) => JSON.stringify(each)).join()}`,
      };
    case 'pattern':
      return { at, rule: `must be ${patternInWords(schema, params.pattern)}` };
    case 'type':
      return { at, rule: `must be ${[params.type].flat().map(typeInWords).join(' or ')}` };
    case 'minLength':
    case 'minItems':
      return { at, rule: params.limit === 1 ? 'must not be empty' : message };
    default:
      return { at, rule: message };
  }
}

/** Finds the description of a pattern anywhere in the schema; equal patterns have equal descriptions. */
function patternInWords(schema: unknown, pattern: string | RegExp): string {
  const source = typeof pattern === 'string' ? pattern : pattern.source;
  const find = (each: unknown): string | undefined => {
    if (typeof each !== 'object' || each === null) return undefined;
    const { pattern: own, patternInWords: words } = each as { pattern?: unknown; patternInWords?: string };
    if (own === source && words !== undefined) return words;
    for (const inner of Object.values(each)) {
      const found = find(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(schema) ?? 'in the documented format';
}

function typeInWords(type: string): string {
  if (type === 'null') return 'null';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

/** Converts a JSON pointer: `/networks/0/withdrawFee` becomes `networks[0].withdrawFee`. */
function fieldOf(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((field, step) => (/^\d+$/.test(step) ? `${field}[${step}]` : join(field, step)), '');
}

function join(field: string, step: string): string {
  return field === '' ? step : `${field}.${step}`;
}
