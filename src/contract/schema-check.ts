/** Validates a value against a schema. Values are never converted. */
import { createRequire } from 'node:module';
import type * as TypeBox from 'typebox/schema';
import type { TSchema } from './schema.ts';
import { findProblem, type SchemaProblem } from './schema-problem.ts';

type TypeBoxSchema = typeof TypeBox;

/** @returns the first violation, or null. */
export type SchemaCheck = (value: unknown) => SchemaProblem | null;

const require = createRequire(import.meta.url);

/**
 * Loads the compiler and compiles the schema on first use, to keep startup fast: most operations are rarely used.
 * @param place for the message about an unknown field: where it does not belong
 */
export function createSchemaCheck(schema: TSchema, place = 'of this operation'): SchemaCheck {
  let compiled: ReturnType<TypeBoxSchema['Compile']> | undefined;
  return (value) => {
    const library: TypeBoxSchema = require('typebox/schema');
    compiled ??= library.Compile(schema);
    if (compiled.Check(value)) return null;
    return findProblem({ library, place }, schema, value) ?? { at: '', rule: 'is not valid' };
  };
}
