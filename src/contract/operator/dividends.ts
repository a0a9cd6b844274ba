/** Dividends: an amount shared among all accounts that hold an asset at that moment. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { amountInput, assetCode, oneOf, paging, whyChanged } from './fields.ts';

const info = Type.String({ description: 'What customers see as enInfo.', maxLength: 200 });

const dividend = Type.Object({
  tranId: Type.Integer(),
  asset: assetCode,
  holdersOf: assetCode,
  total: decimalText('What is paid in all.'),
  info,
  payments: Type.Integer({ description: 'How many accounts get a part.' }),
  status: oneOf(
    ['distributing', 'done'],
    'distributing: the parts are fixed and are being paid, each visible with its credit; done: all are paid.',
  ),
  time: milliseconds('When the parts were fixed'),
});

export const payDividend = operatorOperation({
  id: 'payDividend',
  method: 'POST',
  path: '/operator/v1/dividends',
  summary:
    'Share an amount out over all holders of an asset; the parts add up to it exactly. Up to 200 holders are paid before the reply, more of them afterwards, page by page.',
  body: {
    asset: assetCode,
    holdersOf: {
      ...assetCode,
      description: 'Each account that holds this asset gets a part in proportion to its balance.',
    },
    total: amountInput('Above zero, with no more decimals than the asset has.'),
    info,
    ...whyChanged,
  },
  reply: dividend,
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const getDividend = operatorOperation({
  id: 'getDividend',
  method: 'GET',
  path: '/operator/v1/dividends/{tranId}',
  summary: 'One dividend, and whether all of it is paid.',
  pathParameters: {
    tranId: Type.String({
      description: 'From the reply that made it.',
      pattern: '^[0-9]{1,15}$',
      patternInWords: 'a whole number of up to 15 digits',
    }),
  },
  reply: dividend,
  errors: ['operator-not-found'],
});

export const listDividends = operatorOperation({
  id: 'listDividends',
  method: 'GET',
  path: '/operator/v1/dividends',
  summary: 'List the newest dividends, in order of time.',
  query: paging,
  reply: Type.Object({ dividends: Type.Array(dividend) }),
});
