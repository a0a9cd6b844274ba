/** Parameters and fields that the operations on sub-accounts share. */
import { decimalText, milliseconds, optional, required, Type } from '../../schema.ts';

export const subAccountEmail = required.string({ description: 'E-mail of the sub-account.', maximum: 254 });
export const email = (description: string) => optional.string({ description, maximum: 254 });

export const page = optional.integer({
  description: 'Number of the page, from 1; 1 when absent.',
  minimum: 1,
  maximum: 1_000_000,
});

/** @param maximum also the default. */
export const rowsPerPage = (maximum: number) =>
  optional.integer({
    description: `Number of rows per page; ${maximum} when absent.`,
    minimum: 1,
    maximum,
  });

export const timeRange = {
  startTime: optional.long({ description: 'Earliest time, inclusive (ms).' }),
  endTime: optional.long({ description: 'Latest time, inclusive (ms).' }),
};

export const transferOrder = {
  asset: required.string({ description: 'Asset code.', maximum: 20 }),
  amount: required.decimal({ description: 'Amount to transfer.' }),
};

/** The number of a transfer; other operations show it as text, `txnId`. */
export const tranId = Type.Integer({ description: 'Number of the transfer.', format: 'int64' });
export const txnId = Type.String({
  description: 'Number of the transfer; `tranId` elsewhere.',
  pattern: '^[0-9]+$',
  patternInWords: 'digits',
});
export const transferred = decimalText('Transferred amount.');
export const transferTime = milliseconds('Time of the transfer');
export const spot = Type.Literal('SPOT');
