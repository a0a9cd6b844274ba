/** The books, checked from the data itself. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { assetCode, networkCode, oneOf, orNull } from './fields.ts';

const count = (description: string) => Type.Integer({ description, minimum: 0 });

const custodyOfNetwork = Type.Object({
  network: networkCode,
  custody: decimalText('What the exchange holds there by the transfers, as a positive amount.'),
  reserved: decimalText('What withdrawals that are broadcast take of it, net of fees.'),
  available: decimalText('The rest, as stored; withdrawals that it does not cover wait.'),
  waiting: count('Withdrawals that wait for liquidity there.'),
});

const assetBooks = Type.Object({
  asset: assetCode,
  sum: decimalText('Over all accounts; must be "0".'),
  customerLiabilities: decimalText('What customers own, free and held.'),
  custody: decimalText('What the exchange holds on the chains, as a positive amount.'),
  covered: Type.Boolean({ description: 'Whether custody is not less than customerLiabilities.' }),
  networks: Type.Array(custodyOfNetwork, { description: 'Custody by network.' }),
  openHolds: decimalText('Held by withdrawals that are under way.'),
  fees: decimalText('Fee income.'),
  dust: decimalText('Balance of the dust pool.'),
  adjustments: decimalText('Balance of bookings by hand.'),
});

const remainder = Type.Object({
  network: networkCode,
  asset: assetCode,
  remainder: decimalText('Exact total over all deposits that are confirmed or too small to be credited.'),
});

const mismatch = Type.Object({
  check: oneOf(
    ['sum', 'balance', 'hold', 'custody', 'waiting', 'chain'],
    'Which rule is broken; custody and waiting: what is available, and how many wait, on a network.',
  ),
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
    solvent: Type.Boolean({ description: 'Custody covers what customers own, in every asset.' }),
    assets: Type.Array(assetBooks),
    remainders: Type.Array(remainder, {
      description: 'What deposits brought beyond the decimals of their assets; in no balance.',
    }),
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
