/**
 * The fields that operations of several areas share.
 *
 * Amounts come in as every client writes them (`0.1`, `1`, `.5`, `1e-05`), never as JSON numbers, and go out canonical.
 * A field that may be null has one schema of two types, so that a validator that converts values leaves null alone.
 */
import { assetCodeInWords, assetCodePattern, networkCodeInWords, networkCodePattern } from '../code.ts';
import { type Static, type TSchema, Type } from '../schema.ts';

export const orNull = <S extends TSchema & { type: string }>(schema: S) =>
  Type.Unsafe<Static<S> | null>({ ...schema, type: [schema.type, 'null'] });

/** The last moment that a date can name, ms since the epoch. */
const lastMoment = 8_640_000_000_000_000;

/** A moment as it is sent to us, or a length of time. */
export const millisecondsInput = (description: string) =>
  Type.Integer({ description, format: 'int64', minimum: 0, maximum: lastMoment });

/** One of a few words. */
export const oneOf = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words], description });

/** Zero or more; what matches is a decimal. The number of decimals is checked against the asset. */
export const amountInput = (description: string) =>
  Type.String({
    description,
    pattern: '^([0-9]+(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?([0-2]?[0-9]|3[0-6]))?$',
    patternInWords: 'a decimal of zero or more, for example "0.1"',
    maxLength: 64,
    examples: ['0.1'],
  });

export const emailText = Type.String({
  description: 'E-mail of the account.',
  pattern: '^[^@\\s]+@[^@\\s]+$',
  patternInWords: 'an e-mail address: one @ with text on both sides, without spaces',
  maxLength: 254,
});
export const assetCode = Type.String({
  description: 'Asset code, for example ETH: 1 to 20 letters and digits of any script.',
  pattern: assetCodePattern,
  patternInWords: assetCodeInWords,
});
export const networkCode = Type.String({
  description: 'Network, for example ETH or TRX: 1 to 20 letters and digits of any script, `_` and `-`.',
  pattern: networkCodePattern,
  patternInWords: networkCodeInWords,
});
export const addressText = Type.String({
  description: 'Checked by the rules of the network.',
  minLength: 1,
  maxLength: 1000,
});
export const addressTagText = Type.String({
  description: 'Secondary identifier of coins like XRP and XMR; "" where there is none.',
  maxLength: 256,
});

/** Every state change by an operator may say why; the audit trail keeps it. */
export const whyChanged = {
  reason: Type.Optional(Type.String({ description: 'Why, for the audit trail.', maxLength: 500 })),
};

/** A page of a list that grows. */
export const paging = {
  limit: Type.Optional(
    Type.Integer({ description: 'Rows of a page.', minimum: 1, maximum: 1000, default: 100 }),
  ),
  offset: Type.Optional(
    Type.Integer({
      description: 'Rows to skip, counted from the end that the page starts at.',
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
    }),
  ),
};
