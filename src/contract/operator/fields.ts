/**
 * Fields that several groups of operations share.
 *
 * Input amounts are decimal strings in any form that clients use (`0.1`, `1`, `.5`, `1e-05`), never JSON numbers;
 * output amounts are canonical. A nullable field has one schema with two types, so that validators with type coercion
 * keep null.
 */
import { assetCodeInWords, assetCodePattern, networkCodeInWords, networkCodePattern } from '../code.ts';
import { type Static, type TSchema, Type } from '../schema.ts';

export const orNull = <S extends TSchema & { type: string }>(schema: S) =>
  Type.Unsafe<Static<S> | null>({ ...schema, type: [schema.type, 'null'] });

/** The largest time that a `Date` can hold, ms since the epoch. */
const maxTimeMs = 8_640_000_000_000_000;

/** An input time or duration. */
export const millisecondsInput = (description: string) =>
  Type.Integer({ description, format: 'int64', minimum: 0, maximum: maxTimeMs });

/** One of the given values. */
export const oneOf = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words], description });

/** A decimal of zero or more. The handler checks the number of decimals against the asset. */
export const amountInput = (description: string) =>
  Type.String({
    description,
    pattern: '^([0-9]+(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?([0-2]?[0-9]|3[0-6]))?$',
    patternInWords: 'a decimal of zero or more, for example "0.1"',
    maxLength: 64,
    examples: ['0.1'],
  });

export const emailRules = {
  pattern: '^[^@\\s]+@[^@\\s]+$',
  patternInWords: 'an e-mail address: one @ with text on both sides, without spaces',
  maxLength: 254,
};
export const emailText = Type.String({ description: 'E-mail of the account.', ...emailRules });
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
  description: 'Validated by the rules of the network.',
  minLength: 1,
  maxLength: 1000,
});
export const addressTagText = Type.String({
  description: 'Secondary address identifier for coins like XRP and XMR; "" if there is none.',
  maxLength: 256,
});

/** The optional reason of a state change, which is stored in the audit trail. */
export const optionalReason = {
  reason: Type.Optional(Type.String({ description: 'Reason for the audit trail.', maxLength: 500 })),
};

/** The place at which a page begins. */
export const cursor = Type.Optional(
  Type.String({
    description: '`nextCursor` of the page before, with the same filters.',
    minLength: 1,
    maxLength: 200,
  }),
);
/** The place at which the next page begins. */
export const nextCursor = orNull(
  Type.String({ description: '`cursor` of the next page; null on the last page.' }),
);

export const limit = Type.Optional(
  Type.Integer({
    description: 'Maximum number of rows. As CSV, all rows when absent.',
    minimum: 1,
    maximum: 1000,
    default: 100,
  }),
);

/** Paging of lists that grow without bound. */
export const paging = {
  limit,
  cursor,
  offset: Type.Optional(
    Type.Integer({
      description:
        'Number of rows to skip, counted from the end at which the page starts; not together with a cursor, which is faster and does not shift.',
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
    }),
  ),
};
