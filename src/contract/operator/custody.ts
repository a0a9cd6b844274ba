/** The custody of each asset on each network, as stored: a read of few rows, unlike the integrity report. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { assetCode, networkCode, orNull } from './fields.ts';

const place = Type.Object({
  asset: assetCode,
  network: networkCode,
  available: decimalText('The amount that withdrawals may still reserve.'),
  reserved: orNull(
    decimalText(
      'The net amounts of claimed and broadcast withdrawals, which leave custody once the chain confirms them; null while more than 5000 withdrawals are broadcast.',
    ),
  ),
  waiting: Type.Integer({ description: 'Number of withdrawals that wait for liquidity.', minimum: 0 }),
});

export const listCustody = operatorOperation({
  id: 'listCustody',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/custody',
  summary:
    'List custody by asset and network, as stored. GET /operator/v1/integrity recomputes it from the transfers, and compares it with the balances.',
  reply: Type.Object({ custody: Type.Array(place, { description: 'By asset, then by network.' }) }),
});
