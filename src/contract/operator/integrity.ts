/** The books, checked from the data itself. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { assetCode, oneOf, orNull } from './fields.ts';

const count = (description: string) => Type.Integer({ description, minimum: 0 });

const assetBooks = Type.Object({
  asset: assetCode,
  sum: decimalText('Over all accounts; must be "0".'),
  customerLiabilities: decimalText('What customers own, free and held.'),
  custody: decimalText('What the exchange keeps on the chains, as a positive amount.'),
  openHolds: decimalText('Held by withdrawals that are under way.'),
  fees: decimalText('Fee income.'),
  dust: decimalText('Balance of the dust pool.'),
  dividends: decimalText('Balance of the dividend source.'),
  adjustments: decimalText('Balance of bookings by hand.'),
});

const mismatch = Type.Object({
  check: oneOf(['sum', 'balance', 'hold', 'chain'], 'Which rule is broken.'),
  subject: Type.String({ description: 'What it is broken for: an asset, a ledger account, a transfer.' }),
  expected: Type.String(),
  found: Type.String(),
});

export const getIntegrity = operatorOperation({
  id: 'getIntegrity',
  method: 'GET',
  path: '/operator/v1/integrity',
  summary: 'Recompute every balance and the hash chain, and say whether the books hold.',
  reply: Type.Object({
    ok: Type.Boolean({ description: 'No mismatch, and the hash chain verifies.' }),
    assets: Type.Array(assetBooks),
    transfers: count('Transfers counted.'),
    balancesRecomputed: count('Stored balances that were computed again from the transfers.'),
    mismatches: Type.Array(mismatch, { description: 'At most the first 1000.' }),
    chain: Type.Object({
      sealed: count('Transfers under the seal; those after it wait for the next one.'),
      head: orNull(Type.String({ description: 'Hash of the last seal; null before the first.' })),
      verified: Type.Boolean(),
    }),
  }),
});
