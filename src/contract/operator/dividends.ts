/** Dividends: an amount distributed among all accounts that hold an asset at that moment. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { amountInput, assetCode, nextCursor, oneOf, optionalReason, paging } from './fields.ts';

const info = Type.String({ description: 'Text that customers see as enInfo.', maxLength: 200 });

const dividend = Type.Object({
  tranId: Type.Integer(),
  asset: assetCode,
  holdersOf: assetCode,
  total: decimalText('Total amount paid.'),
  info,
  payments: Type.Integer({ description: 'Number of accounts that receive a share.' }),
  status: oneOf(
    ['distributing', 'done'],
    'distributing: the shares are determined and being paid, and each becomes visible when it is credited; done: all shares are paid.',
  ),
  time: milliseconds('Time at which the shares were determined'),
});

export const payDividend = operatorOperation({
  id: 'payDividend',
  permission: 'book-money',
  method: 'POST',
  path: '/operator/v1/dividends',
  summary:
    'Distribute an amount among all holders of an asset. The shares add up to it exactly. Up to 200 holders are paid before the reply; if there are more, all are paid afterwards in batches.',
  body: {
    asset: assetCode,
    holdersOf: {
      ...assetCode,
      description: 'Each account that holds this asset receives a share in proportion to its balance.',
    },
    total: amountInput('Greater than zero, with at most as many decimals as the asset.'),
    info,
    ...optionalReason,
  },
  reply: dividend,
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const getDividend = operatorOperation({
  id: 'getDividend',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/dividends/{tranId}',
  summary: 'Get a dividend and its state.',
  pathParameters: {
    tranId: Type.String({
      description: 'The tranId of the reply that created it.',
      pattern: '^[0-9]{1,15}$',
      patternInWords: 'an integer of up to 15 digits',
    }),
  },
  reply: dividend,
  errors: ['operator-not-found'],
});

export const listDividends = operatorOperation({
  id: 'listDividends',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/dividends',
  summary: 'List the newest dividends, oldest first.',
  query: paging,
  reply: Type.Object({ dividends: Type.Array(dividend), nextCursor }),
  isNewestLast: true,
});
