import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, Type } from '../../schema.ts';

const description = (purpose: string) => Type.String({ description: `${purpose}; otherwise empty.` });
const nothing = (meaning: string) => decimalText(`${meaning}: always 0.`);

const networkOfCoin = Type.Object({
  network: Type.String({ description: 'The code with which requests name it.' }),
  coin: Type.String(),
  name: Type.String({ description: 'Display name.' }),
  isDefault: Type.Boolean({ description: 'Whether requests that name no network mean it.' }),
  depositEnable: Type.Boolean(),
  withdrawEnable: Type.Boolean(),
  depositDesc: description('Why deposits are suspended'),
  withdrawDesc: description('Why withdrawals are suspended'),
  specialTips: Type.String({ description: 'Always empty.' }),
  specialWithdrawTips: Type.String({ description: 'Always empty.' }),
  resetAddressStatus: Type.Literal(false),
  addressRegex: Type.String({
    description:
      'Every valid address matches it. On a network with an expression of the operator in RE2 syntax.',
  }),
  memoRegex: Type.String({ description: 'Every valid tag matches it. Empty if addresses have no tags.' }),
  withdrawFee: decimalText('Fee of a withdrawal, which is part of its amount.'),
  withdrawMin: decimalText('Minimum amount of a withdrawal.'),
  withdrawMax: decimalText('Maximum amount within 24 hours; a very large number if there is none.'),
  withdrawInternalMin: decimalText('Minimum amount of a withdrawal to an account of this exchange.'),
  withdrawIntegerMultiple: decimalText('The amount of a withdrawal must be a multiple of it.'),
  depositDust: decimalText('The smallest deposit that is credited.'),
  minConfirm: Type.Integer({ description: 'Confirmations after which a deposit is credited.' }),
  unLockConfirm: Type.Integer({ description: 'Confirmations after which a deposit can be withdrawn.' }),
  sameAddress: Type.Boolean({ description: 'Whether accounts may share an address and differ by the tag.' }),
  withdrawTag: Type.Boolean({ description: 'Whether addresses have tags.' }),
  estimatedArrivalTime: Type.Integer({ description: 'Estimated minutes: one for each confirmation.' }),
  busy: Type.Literal(false),
  contractAddressUrl: Type.String({
    description: "The start of addresses in the network's explorer; empty if a manual network has none.",
  }),
  contractAddress: Type.String({ description: 'Always empty.' }),
});

const coin = Type.Object({
  coin: Type.String(),
  depositAllEnable: Type.Boolean({ description: 'Whether deposits are open on any network.' }),
  withdrawAllEnable: Type.Boolean({ description: 'Whether withdrawals are open on any network.' }),
  name: Type.String(),
  free: decimalText('What can be used in the Spot wallet.'),
  locked: nothing('Held by orders'),
  freeze: decimalText('Held by deposits that are credited and cannot be used yet.'),
  withdrawing: decimalText('Held by open withdrawals from the Spot wallet.'),
  ipoing: nothing('Subscribed'),
  ipoable: nothing('Subscribable'),
  storage: nothing('Stored'),
  isLegalMoney: Type.Literal(false),
  trading: Type.Boolean({ description: 'Whether a trading symbol contains the asset.' }),
  networkList: Type.Array(networkOfCoin),
});

/** Every asset, by code, with the caller's Spot balance and its networks, of which the first is the default. */
export const capitalConfigGetall = operation({
  id: 'capitalConfigGetall',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/config/getall'],
  weights: { address: 10 },
  summary: 'List all assets with their networks and balances.',
  reply: Type.Array(coin),
});
