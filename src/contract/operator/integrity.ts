/** The integrity check, which recomputes the ledger from its transfers. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { assetCode, networkCode, oneOf, orNull } from './fields.ts';

const count = (description: string) => Type.Integer({ description, minimum: 0 });

const custodyOfNetwork = Type.Object({
  network: networkCode,
  custody: decimalText(
    'Holdings of the exchange on the network, recomputed from the transfers, as a positive amount.',
  ),
  reserved: decimalText('The part that broadcast withdrawals have reserved, net of fees.'),
  available: decimalText('The remaining part, as stored. Withdrawals that exceed it wait for liquidity.'),
  waiting: count('Withdrawals that wait for liquidity on the network.'),
});

const assetBooks = Type.Object({
  asset: assetCode,
  sum: decimalText('Sum over all ledger accounts; must be "0".'),
  customerLiabilities: decimalText('Balances of customers, free and held.'),
  custody: decimalText('Holdings of the exchange on all networks, as a positive amount.'),
  reorganised: decimalText(
    'The part of custody from credited deposits whose block is no longer part of the chain.',
  ),
  covered: Type.Boolean({
    description: 'Whether custody without the reorganised part is at least customerLiabilities.',
  }),
  networks: Type.Array(custodyOfNetwork, { description: 'Custody by network.' }),
  openHolds: decimalText('Amounts held by open withdrawals.'),
  fees: decimalText('Fee income.'),
  dust: decimalText('Balance of the dust pool.'),
  adjustments: decimalText('Balance of manual adjustments.'),
  owed: decimalText('What customers owe, because credits that they had spent were taken back.'),
});

const remainder = Type.Object({
  network: networkCode,
  asset: assetCode,
  remainder: decimalText('Exact total over all deposits that are confirmed or below the minimum.'),
});

const reorganisedDeposit = Type.Object({
  id: Type.String({ description: 'Id of the deposit.' }),
  network: networkCode,
  asset: assetCode,
  amount: decimalText('The amount that was credited.'),
});

const mismatch = Type.Object({
  check: oneOf(
    ['sum', 'balance', 'hold', 'custody', 'waiting', 'chain', 'sequence', 'event-log', 'closing', 'approval'],
    'The violated rule. custody: the available amount on a network; waiting: the number of waiting withdrawals on a network; sequence: the last number of a sequence is at least the highest number in use; event-log: each transfer is in one row of the event log, as far as its rows are kept; closing: the balance of an account after the last transfer of a day, from which past balances and statements are computed; approval: a withdrawal was sent only with the approvals that it needs, and the approval policy in force is the latest version.',
  ),
  subject: Type.String({
    description:
      'The object that violates the rule: an asset, a ledger account, a transfer, a withdrawal, a sequence, a day, the closing of a balance on a day, or the approval policy.',
  }),
  expected: Type.String(),
  found: Type.String(),
});

export const getIntegrity = operatorOperation({
  id: 'getIntegrity',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/integrity',
  summary: 'Recompute every balance and the hash chain, and report all mismatches.',
  reply: Type.Object({
    ok: Type.Boolean({ description: 'There is no mismatch and the hash chain is valid.' }),
    solvent: Type.Boolean({ description: 'Custody covers the balances of customers in every asset.' }),
    assets: Type.Array(assetBooks),
    remainders: Type.Array(remainder, {
      description:
        'The parts of deposits below the smallest unit of their assets, which no balance contains.',
    }),
    reorganised: Type.Array(reorganisedDeposit, {
      description:
        'Credited deposits whose block is no longer part of the chain; at most the first 1000. The credit is kept while the transaction waits for a block, or until an operator takes it back (deposits/{id}/reverse). This is not a mismatch.',
    }),
    transfers: count('Number of transfers.'),
    balancesRecomputed: count('Number of balances that were recomputed from the transfers.'),
    mismatches: Type.Array(mismatch, { description: 'At most the first 1000.' }),
    chain: Type.Object({
      sealed: count(
        'Number of transfers covered by the last seal. Later ones will be covered by the next seal.',
      ),
      head: orNull(Type.String({ description: 'Hash of the last seal; null before the first.' })),
      verified: Type.Boolean(),
    }),
  }),
});
