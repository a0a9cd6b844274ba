import { api } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, milliseconds, optional, Type } from '../schema.ts';

const basisPoints = Type.Integer({ description: 'Basis points, rounded up.' });
const rate = decimalText('Fraction, with eight decimals.');

/**
 * The Spot balances of the account, which every client reads.
 * deviation: `/api/v3/account` shows the highest fees of all symbols, since fees belong to symbols here, and
 * `updateTime` is the time of the reply.
 */
export const account = operation({
  id: 'account',
  dialect: api,
  method: 'GET',
  paths: ['/api/v3/account'],
  weight: 20,
  summary: 'Account information.',
  parameters: {
    omitZeroBalances: optional.boolean({ description: 'Whether to leave out assets without a balance.' }),
  },
  reply: Type.Object({
    makerCommission: basisPoints,
    takerCommission: basisPoints,
    buyerCommission: basisPoints,
    sellerCommission: basisPoints,
    commissionRates: Type.Object({ maker: rate, taker: rate, buyer: rate, seller: rate }),
    canTrade: Type.Boolean(),
    canWithdraw: Type.Boolean(),
    canDeposit: Type.Boolean(),
    brokered: Type.Boolean(),
    requireSelfTradePrevention: Type.Boolean(),
    preventSor: Type.Boolean(),
    updateTime: milliseconds('Time of the reply'),
    accountType: Type.Literal('SPOT'),
    balances: Type.Array(
      Type.Object({
        asset: Type.String(),
        free: decimalText('The free balance, with at least eight decimals.'),
        locked: decimalText(
          'Held by orders, which do not exist here: always zero. Amounts held by withdrawals are not included.',
        ),
      }),
    ),
    permissions: Type.Array(Type.Literal('SPOT')),
    uid: Type.Integer({ description: 'Number of the account.', format: 'int64' }),
  }),
});
