import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, optional, Type } from '../../schema.ts';

export const sapiTradeFee = operation({
  id: 'sapiTradeFee',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/asset/tradeFee'],
  weights: { address: 1 },
  summary: 'Fees of trading, by symbol.',
  parameters: { symbol: optional.string({ description: 'Only this symbol.', maximum: 40 }) },
  reply: Type.Array(
    Type.Object({
      symbol: Type.String(),
      makerCommission: decimalText('Fraction.'),
      takerCommission: decimalText('Fraction.'),
    }),
  ),
  errors: ['symbol-unknown'],
});
