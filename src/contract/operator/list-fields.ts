/** Parameters and reply fields that the lists of all accounts share. */
import { movementStages } from '../movement-stages.ts';
import { Type } from '../schema.ts';
import {
  addressText,
  amountInput,
  assetCode,
  cursor,
  emailText,
  limit,
  millisecondsInput,
  networkCode,
  nextCursor,
  oneOf,
} from './fields.ts';

/** The largest offset. Beyond it a cursor is needed, which costs the same on every page. */
const maxOffset = 10_000;

/** Paging by a cursor, newest first. */
export const cursorPaging = {
  limit,
  cursor,
  offset: Type.Optional(
    Type.Integer({
      description: 'Number of rows to skip; not together with a cursor, which is faster and does not shift.',
      minimum: 0,
      maximum: maxOffset,
      default: 0,
    }),
  ),
};

/** The cursor of the next page, and whether this page is complete. */
export const pageEnd = {
  nextCursor,
  incomplete: Type.Boolean({
    description:
      'true: the page has fewer rows than `limit` because the search was stopped to limit its cost; `nextCursor` continues it.',
  }),
};

export const timeFilter = {
  startTime: Type.Optional(millisecondsInput('Earliest time, inclusive (ms).')),
  endTime: Type.Optional(millisecondsInput('Latest time, inclusive (ms).')),
};

export const amountFilter = {
  minAmount: Type.Optional(amountInput('Smallest amount, inclusive; needs `asset`.')),
  maxAmount: Type.Optional(amountInput('Largest amount, inclusive; needs `asset`.')),
};

export const accountFilter = Type.Optional({ ...emailText, description: 'E-mail of the account.' });
export const assetFilter = Type.Optional(assetCode);
export const networkFilter = Type.Optional(networkCode);
export const addressFilter = Type.Optional({
  ...addressText,
  description: 'An address, in any of its spellings.',
});
export const txIdFilter = Type.Optional(
  Type.String({ description: 'A transaction id, in any of its spellings.', minLength: 1, maxLength: 256 }),
);
export const orderIdFilter = Type.Optional(
  Type.String({ description: 'A `withdrawOrderId`, exactly.', minLength: 1, maxLength: 256 }),
);

/** Filters by the withdrawal or the deposit to which a row belongs. */
export const movementFilters = {
  network: networkFilter,
  stage: Type.Optional(oneOf(movementStages, 'The stage in which the withdrawal or the deposit is now.')),
  address: addressFilter,
  txId: txIdFilter,
  orderId: orderIdFilter,
};
