/** Dividends: an amount shared out over everybody who holds an asset at that moment. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { amountInput, assetCode, whyChanged } from './fields.ts';

const info = Type.String({ description: 'What customers see as enInfo.', maxLength: 200 });

export const payDividend = operatorOperation({
  id: 'payDividend',
  method: 'POST',
  path: '/operator/v1/dividends',
  summary: 'Share an amount out over all holders of an asset; the parts add up to it exactly.',
  body: {
    asset: assetCode,
    holdersOf: { ...assetCode, description: 'Who holds this asset gets a part, in proportion.' },
    total: amountInput('Above zero, with no more decimals than the asset has.'),
    info,
    ...whyChanged,
  },
  reply: Type.Object({
    tranId: Type.Integer(),
    asset: assetCode,
    holdersOf: assetCode,
    total: decimalText('What was paid in all.'),
    info,
    payments: Type.Integer({ description: 'How many accounts got a part.' }),
    time: milliseconds('When it was paid'),
  }),
  status: 201,
  errors: ['operator-not-found', 'operator-conflict'],
});
