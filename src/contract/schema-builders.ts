/**
 * Builders of plain JSON Schemas with the types of TypeBox. TypeBox's own builders do the same but load 370 modules,
 * which takes a quarter of the startup time.
 */

import type * as TypeBox from 'typebox';
import { present } from '../boundary/present.ts';

type Options = Readonly<Record<string, unknown>>;

type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Integer'
  | 'Literal'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'
  | 'Unsafe'
>;

/** Optional fields. JSON Schema lists the required fields in the object rather than in each field. */
const optionalFields = new WeakSet<object>();

const ofType = (type: string) => (options?: Options) => ({ type, ...options });

function objectOf(properties: Readonly<Record<string, object>>, options?: Options): object {
  const required = Object.keys(properties).filter((name) => !optionalFields.has(present(properties[name])));
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...options };
}

function optional(schema: object): object {
  const field = { ...schema };
  optionalFields.add(field);
  return field;
}

// TypeBox's types describe the values that a schema allows. They exist only for the type checker, and the schemas here have
// the same content as TypeBox's, so its types are true for them.
// cast: the comment above says why.
export const Type = {
  Array: (items: object, options?: Options) => ({ type: 'array', items, ...options }),
  Boolean: ofType('boolean'),
  Integer: ofType('integer'),
  Literal: (value: unknown, options?: Options) => ({ type: typeof value, const: value, ...options }),
  Number: ofType('number'),
  Object: objectOf,
  Optional: optional,
  /** Supports only `Type.String()` as the type of the keys. */
  Record: (_name: object, value: object) => ({ type: 'object', patternProperties: { '^.*$': value } }),
  String: ofType('string'),
  Union: (anyOf: readonly object[], options?: Options) => ({ anyOf, ...options }),
  Unknown: (options?: Options) => ({ ...options }),
  Unsafe: (schema: object) => schema,
} as unknown as Builders;
