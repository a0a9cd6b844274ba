/**
 * The building blocks of the contract: request parameters and reply schemas.
 *
 * One declaration of a parameter defines both its JSON Schema (for validation and OpenAPI) and the type of its value.
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
  /** Bounds of a number. For a text, `maximum` is the number of code points; for a list, the number of items. */
  readonly minimum: number;
  readonly maximum: number;
  /** The allowed values; empty: any value. */
  readonly allowed: readonly (string | number)[];
  /** The regular expression that a text must match; undefined: any text. */
  readonly pattern?: string;
  /** Whether a text may have line breaks and tabs, as JSON and PEM do. */
  readonly lineBreaks?: true;
  /** Whether it is rejected in the query. */
  readonly inBody?: true;
  /** The handler gets an empty text too, which is otherwise absent or `parameter-empty`. */
  readonly mayBeEmpty?: true;
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
  pattern?: string;
  /** Describes the pattern in messages. */
  patternInWords?: string;
  lineBreaks?: true;
  inBody?: true;
  mayBeEmpty?: true;
};

/** Default of `maximum`. */
const defaultMaximum: Readonly<Record<ParameterKind, number>> = {
  string: 256,
  decimal: maxDecimalLength,
  long: Number.MAX_SAFE_INTEGER,
  integer: 999_999_999,
  boolean: 5,
  list: 256,
};

type Bounds = Pick<
  Parameter<unknown>,
  'minimum' | 'maximum' | 'allowed' | 'mandatory' | 'pattern' | 'mayBeEmpty'
> & {
  readonly patternInWords?: string;
};

/** The JSON Schema of each kind. */
const schemas: Readonly<Record<ParameterKind, (bounds: Bounds) => object>> = {
  string: ({ mandatory, maximum, allowed, pattern, patternInWords, mayBeEmpty = false }) => ({
    type: 'string',
    minLength: mandatory && !mayBeEmpty ? 1 : 0,
    maxLength: maximum,
    ...(allowed.length > 0 && { enum: [...allowed] }),
    ...(pattern !== undefined && { pattern, patternInWords }),
  }),
  decimal: ({ maximum }) => ({
    type: 'string',
    format: 'decimal',
    pattern: positiveDecimalPattern,
    patternInWords: 'a decimal greater than zero, for example "0.1"',
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
  { description, minimum = 0, maximum = defaultMaximum[kind], allowed = [], ...flags }: Options<never>,
): Parameter<T> {
  const bounds = { mandatory, minimum, maximum, allowed, ...flags };
  return { kind, schema: { description, ...schemas[kind](bounds) }, ...bounds };
}

function builders<Presence extends 'mandatory' | 'optional'>(presence: Presence) {
  type Read<T> = Presence extends 'mandatory' ? T : T | undefined;
  const mandatory = presence === 'mandatory';
  return {
    /** Text of at most `maximum` code points (default 256), without control characters but those of `lineBreaks`. */
    string: <T extends string = string>(options: Options<T>) =>
      // cast: the builder only copies them.
      parameter<Read<T>>('string', mandatory, options as Options<never>),
    /** An exact decimal greater than zero: `0.1`, `1`, `.5`, `1e-05`. */
    decimal: (options: Pick<Options<never>, 'description'>) =>
      parameter<Read<Decimal>>('decimal', mandatory, options),
    /** An integer of up to 16 digits; times are milliseconds since the epoch. */
    long: (options: Pick<Options<never>, 'description' | 'maximum'>) =>
      parameter<Read<number>>('long', mandatory, options),
    /** A small integer within bounds, or one of the allowed values. */
    integer: (options: Options<number>) =>
      // cast: the builder only copies them.
      parameter<Read<number>>('integer', mandatory, options as Options<never>),
    boolean: (options: Pick<Options<never>, 'description'>) =>
      parameter<Read<boolean>>('boolean', mandatory, options),
    /** A list: repeated (`a=1&a=2`), comma-separated, `a[]=`, or a JSON array. Duplicates are removed. */
    list: (options: Pick<Options<never>, 'description' | 'maximum'>) =>
      parameter<Read<readonly string[]>>('list', mandatory, options),
  };
}

export const required = builders('mandatory');
export const optional = builders('optional');

declare const exact: unique symbol;
/** JSON text of a number, made from integer units (`JSON.rawJSON`). A JavaScript number is not one. */
export type ExactNumber = { readonly [exact]: true };

/** A JSON number that is formatted exactly from integer units. */
export const exactNumber = (description: string) => Type.Unsafe<ExactNumber>({ type: 'number', description });
/** A decimal as a JSON string. */
export const decimalText = (description: string) => Type.String({ description, format: 'decimal' });
/** Marks the times in a reply, which an API with microseconds shows in these on request. */
export const unitOfTimes = { 'x-unit': 'ms' } as const;
export const milliseconds = (description: string) =>
  Type.Integer({ description: `${description} (ms since the epoch)`, format: 'int64', ...unitOfTimes });
