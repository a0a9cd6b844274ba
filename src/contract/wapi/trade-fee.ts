import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { exactNumber, optional, Type } from '../schema.ts';

/**
 * spec: GET /wapi/v3/tradeFee.html.
 * deviation: fees are fractions (0.001 is 0.1 %), as in the live service; the figures of the sample fit no unit.
 */
export const tradeFee = operation({
  id: 'tradeFee',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/tradeFee.html'],
  summary: 'Fetch trade fee.',
  parameters: { symbol: optional.string({ description: 'Only this symbol.', maximum: 40 }) },
  reply: Type.Object({
    tradeFee: Type.Array(
      Type.Object({
        symbol: Type.String(),
        maker: exactNumber('Fraction.'),
        taker: exactNumber('Fraction.'),
      }),
    ),
    success: Type.Literal(true),
  }),
  errors: ['symbol-unknown'],
});
