import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

/** There is no fiat money here, but some clients read its orders as a part of the history of an account. */
export const fiatOrders = operation({
  id: 'fiatOrders',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/fiat/orders'],
  weights: { address: 1 },
  summary: 'Deposits and withdrawals of fiat money: none.',
  reply: Type.Object({
    code: Type.Literal('000000'),
    message: Type.Literal('success'),
    data: Type.Array(Type.Unknown()),
    total: Type.Integer(),
    success: Type.Literal(true),
  }),
});
