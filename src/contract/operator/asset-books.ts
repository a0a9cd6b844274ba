/** The books of one asset: what customers have, what the exchange keeps, and what is being withdrawn. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { openStages } from '../withdrawal-stages.ts';
import { assetCode, networkCode, oneOf, orNull } from './fields.ts';

const stageTotal = Type.Object({
  stage: oneOf(openStages, 'A stage in which the amount is held.'),
  count: Type.Integer({ description: 'Number of withdrawals.', minimum: 0 }),
  amount: decimalText('Their gross amounts.'),
  oldest: orNull(milliseconds('Time of the oldest request; null: there is none')),
});

const books = Type.Object({
  liabilities: decimalText('Balances of customers, free and held, and deposits without an owner.'),
  free: decimalText('The free part of the liabilities.'),
  held: decimalText(
    'The held part: open withdrawals, deposits that are not free yet, and deposits without an owner.',
  ),
  holders: Type.Integer({ description: 'Number of accounts with a balance.', minimum: 0 }),
  owed: decimalText('What customers owe, because credits that they had spent were taken back.'),
  custody: decimalText('What the exchange holds on all networks.'),
  reorganised: decimalText('The part of custody that credited deposits brought whose blocks are gone.'),
  difference: decimalText(
    'Custody without the reorganised part, minus liabilities; negative: custody does not cover them.',
  ),
  networks: Type.Array(
    Type.Object({
      network: networkCode,
      custody: decimalText('Available and reserved together.'),
      available: decimalText('The amount that withdrawals may still reserve.'),
      reserved: decimalText(
        'The net amounts of claimed and broadcast withdrawals, which leave custody once the chain confirms them.',
      ),
      waiting: Type.Integer({ description: 'Number of withdrawals that wait for liquidity.', minimum: 0 }),
    }),
    { description: 'By network.' },
  ),
});

export const getAssetBooks = operatorOperation({
  id: 'getAssetBooks',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/assets/{asset}/books',
  summary:
    'Get what customers have of an asset, what the exchange keeps of it, and the open withdrawals by stage, all as of one moment. GET /operator/v1/integrity recomputes the amounts from the transfers.',
  pathParameters: { asset: assetCode },
  reply: Type.Object({
    asset: assetCode,
    ...books.properties,
    openWithdrawals: Type.Array(stageTotal, { description: 'One entry for each open stage.' }),
  }),
  errors: ['operator-not-found'],
});
