/**
 * The building blocks of the contract: request parameters and the shapes of replies.
 *
 * A parameter is declared once: its JSON Schema (validation and OpenAPI) and the type that the server reads it into.
 */
import type { Static, TSchema } from 'typebox';
import { type Decimal, maxDecimalLength, positiveDecimalPattern } from './decimal.ts';
import { Type } from './schema-builders.ts';

export { type Static, type TSchema, Type };

export type ParameterKind = 'string' | 'decimal' | 'long' | 'integer' | 'boolean' | 'list';

/** One request parameter. `T` is what the handler receives; the schema describes the text on the wire. */
export type Parameter<T> = {
  readonly kind: ParameterKind;
  readonly mandatory: boolean;
  readonly schema: TSchema;
  /** Smallest and largest value of a number; of a text the most code points, of a list the most items. */
  readonly minimum: number;
  readonly maximum: number;
  /** The only values allowed; empty means any. */
  readonly allowed: readonly (string | number)[];
  readonly type?: T;
};

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

export type ValuesOf<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

type Options<T> = {
  description: string;
  minimum?: number;
  maximum?: number;
  allowed?: readonly (T & (string | number))[];
};

/** Where a declaration does not say otherwise: of values, or of the length of texts and lists. */
const defaultMaximum: Readonly<Record<ParameterKind, number>> = {
  string: 256,
  decimal: maxDecimalLength,
  long: Number.MAX_SAFE_INTEGER,
  integer: 999_999_999,
  boolean: 5,
  list: 256,
};

type Bounds = Pick<Parameter<unknown>, 'minimum' | 'maximum' | 'allowed' | 'mandatory'>;

/** What is enforced, in JSON Schema. */
const schemas: Readonly<Record<ParameterKind, (bounds: Bounds) => object>> = {
  string: ({ mandatory, maximum, allowed }) => ({
    type: 'string',
    minLength: mandatory ? 1 : 0,
    maxLength: maximum,
    ...(allowed.length > 0 && { enum: [...allowed] }),
  }),
  decimal: ({ maximum }) => ({
    type: 'string',
    format: 'decimal',
    pattern: positiveDecimalPattern,
    patternInWords: 'a decimal above zero, for example "0.1"',
    maxLength: maximum,
    examples: ['0.1', '1', '.5', '1e-05'],
  }),
  long: ({ minimum, maximum }) => ({ type: 'integer', format: 'int64', minimum, maximum }),
  integer: ({ minimum, maximum, allowed }) =>
    allowed.length > 0
      ? { type: 'integer', enum: [...allowed] }
      : { type: 'integer', format: 'int32', minimum, maximum },
  boolean: () => ({ type: 'boolean' }),
  list: ({ mandatory, maximum }) => ({
    type: 'array',
    items: { type: 'string' },
    minItems: mandatory ? 1 : 0,
    maxItems: maximum,
  }),
};

function parameter<T>(
  kind: ParameterKind,
  mandatory: boolean,
  { description, minimum = 0, maximum = defaultMaximum[kind], allowed = [] }: Options<never>,
): Parameter<T> {
  const bounds = { mandatory, minimum, maximum, allowed };
  return { kind, schema: { description, ...schemas[kind](bounds) }, ...bounds };
}

function builders<Presence extends 'mandatory' | 'optional'>(presence: Presence) {
  type Read<T> = Presence extends 'mandatory' ? T : T | undefined;
  const mandatory = presence === 'mandatory';
  return {
    /** Text of at most `maximum` code points (256 unless said), without control characters. */
    string: <T extends string = string>(options: Options<T>) =>
      parameter<Read<T>>('string', mandatory, options as Options<never>),
    /** An exact decimal greater than zero: `0.1`, `1`, `.5`, `1e-05`. */
    decimal: (options: Pick<Options<never>, 'description'>) =>
      parameter<Read<Decimal>>('decimal', mandatory, options),
    /** A whole number of up to 16 digits; times are milliseconds since the epoch. */
    long: (options: Pick<Options<never>, 'description' | 'maximum'>) =>
      parameter<Read<number>>('long', mandatory, options),
    /** A small whole number within bounds, or one of a few. */
    integer: (options: Options<number>) =>
      parameter<Read<number>>('integer', mandatory, options as Options<never>),
    boolean: (options: Pick<Options<never>, 'description'>) =>
      parameter<Read<boolean>>('boolean', mandatory, options),
    /** Repeated (`a=1&a=2`), comma separated, `a[]=`, or a JSON array; duplicates collapse. */
    list: (options: Pick<Options<never>, 'description' | 'maximum'>) =>
      parameter<Read<readonly string[]>>('list', mandatory, options),
  };
}

export const required = builders('mandatory');
export const optional = builders('optional');

/** A JSON number on the wire, written digit by digit from integer units. */
export const exactNumber = (description: string) => Type.Number({ description });
/** A decimal as a JSON string. */
export const decimalText = (description: string) => Type.String({ description, format: 'decimal' });
export const milliseconds = (description: string) =>
  Type.Integer({ description: `${description} (ms since the epoch)`, format: 'int64' });
