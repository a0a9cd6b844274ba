/**
 * The building blocks of the contract: request parameters and the shapes of replies.
 *
 * A parameter is declared once: its JSON Schema (validation and OpenAPI) and the type that the server reads it into.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Decimal } from './decimal.ts';

export { Compile, type Static, type TSchema, Type };

export type ParameterKind = 'string' | 'decimal' | 'long' | 'integer' | 'boolean' | 'list';

/** One request parameter. `T` is what the handler receives; the schema describes the text on the wire. */
export type Parameter<T> = {
  readonly kind: ParameterKind;
  readonly mandatory: boolean;
  readonly schema: TSchema;
  /** Smallest and largest value of a `long` or `integer`, longest text of a `string`. */
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

const MAX_LONG = Number.MAX_SAFE_INTEGER;

function parameter<T>(
  kind: ParameterKind,
  mandatory: boolean,
  schema: TSchema,
  options: Options<never>,
): Parameter<T> {
  const {
    minimum = 0,
    maximum = kind === 'string' || kind === 'list' ? 256 : MAX_LONG,
    allowed = [],
  } = options;
  return { kind, mandatory, schema, minimum, maximum, allowed };
}

function builders<Presence extends 'mandatory' | 'optional'>(presence: Presence) {
  type Read<T> = Presence extends 'mandatory' ? T : T | undefined;
  const mandatory = presence === 'mandatory';
  return {
    /** Text of at most `maximum` characters (256 unless said), without control characters. */
    string: <T extends string = string>(options: Options<T>) =>
      parameter<Read<T>>(
        'string',
        mandatory,
        Type.String({
          description: options.description,
          maxLength: options.maximum ?? 256,
          ...(options.allowed && { enum: [...options.allowed] }),
        }),
        options as Options<never>,
      ),
    /** An exact decimal greater than zero: `0.1`, `1`, `.5`, `1e-05`. */
    decimal: (options: Options<never>) =>
      parameter<Read<Decimal>>(
        'decimal',
        mandatory,
        Type.String({
          description: options.description,
          format: 'decimal',
          examples: ['0.1', '1', '.5', '1e-05'],
        }),
        options,
      ),
    /** A whole number of up to 16 digits; times are milliseconds since the epoch. */
    long: (options: Options<never>) =>
      parameter<Read<number>>(
        'long',
        mandatory,
        Type.Integer({ description: options.description, format: 'int64', minimum: options.minimum ?? 0 }),
        options,
      ),
    /** A small whole number within bounds, or one of a few. */
    integer: (options: Options<number>) =>
      parameter<Read<number>>(
        'integer',
        mandatory,
        Type.Integer({
          description: options.description,
          ...(options.minimum !== undefined && { minimum: options.minimum }),
          ...(options.maximum !== undefined && { maximum: options.maximum }),
          ...(options.allowed && { enum: [...options.allowed] }),
        }),
        options as Options<never>,
      ),
    boolean: (options: Options<never>) =>
      parameter<Read<boolean>>(
        'boolean',
        mandatory,
        Type.Boolean({ description: options.description }),
        options,
      ),
    /** Repeated (`a=1&a=2`), comma separated, `a[]=`, or a JSON array; duplicates collapse. */
    list: (options: Options<never>) =>
      parameter<Read<readonly string[]>>(
        'list',
        mandatory,
        Type.Array(Type.String(), { description: options.description, minItems: mandatory ? 1 : 0 }),
        options,
      ),
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
