/** Everything about one customer. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { note } from './account-notes.ts';
import { account } from './accounts.ts';
import { addressBookEntry } from './address-book.ts';
import { shownApiKey } from './api-keys.ts';
import { deposit, depositAddress } from './deposits.ts';
import { addressText, assetCode, emailText, networkCode, oneOf, orNull } from './fields.ts';
import { tagText } from './policies.ts';
import { withdrawal } from './withdrawals.ts';

const balance = Type.Object({
  asset: assetCode,
  wallet: oneOf(['spot', 'funding'], 'The wallet.'),
  free: decimalText('Spendable.'),
  withdrawing: decimalText('Held by open withdrawals.'),
  locked: decimalText('Held by deposits that are credited and cannot be withdrawn yet.'),
  owed: decimalText('What the account owes; later credits pay it first.'),
});

const quota = Type.Object({
  limitUsd: orNull(decimalText('The most that 24 hours of withdrawals may be worth; null: no quota.')),
  usedUsd: orNull(
    decimalText(
      'The value of the withdrawals of the last 24 hours, in US dollars; null without a quota, or if there are too many to add up here.',
    ),
  ),
});

const more = (what: string) =>
  Type.Boolean({ description: `Whether there may be more ${what} than are shown.` });

const denial = Type.Object({
  day: milliseconds('Start of the UTC day'),
  rule: Type.String({ description: 'The name of the rule of the approval policy.' }),
  policyVersion: Type.Integer({
    description: 'Version of the policy that denied the last request.',
    minimum: 0,
  }),
  count: Type.Integer({ description: 'Denied requests of that day.', minimum: 1 }),
  firstTime: milliseconds('Time of the first request'),
  lastTime: milliseconds('Time of the last request'),
  asset: assetCode,
  network: networkCode,
  address: addressText,
  amount: decimalText(
    'The amount of the last request; asset, network and address are those of the last request, too.',
  ),
});

const innerMovement = Type.Object({
  kind: oneOf(
    ['sub-account-transfer', 'wallet-transfer', 'dust-conversion', 'dividend'],
    'What it is: between accounts of a family, between the wallets of the account, from dust to BNB, or a share of a dividend.',
  ),
  tranId: Type.Integer({ description: 'Its number, which is the reference of its transfers.' }),
  time: milliseconds('Time'),
  asset: orNull(assetCode),
  amount: orNull(decimalText('The amount; null, like the asset, if there are several: of dust.')),
  from: orNull(Type.String({ description: 'The e-mail or the wallet that it comes from.' })),
  to: orNull(Type.String({ description: 'The e-mail or the wallet that it goes to.' })),
});

const orderEvent = Type.Object({
  time: milliseconds('Time'),
  symbol: Type.String(),
  timeInForce: Type.String(),
  submitted: decimalText('The quantity of the order.'),
  filled: decimalText('The part of it that was filled.'),
  outcome: Type.String({ description: 'How the order ended.' }),
});

const trading = Type.Object({
  evaluatedTime: orNull(milliseconds('Time of the last evaluation; null: there was none')),
  indicators: Type.Unknown({ description: 'The stored indicators, by symbol; empty if there are none.' }),
  orderEvents: Type.Array(orderEvent, { description: 'The newest 20, newest first.' }),
});

export const getAccount = operatorOperation({
  id: 'getAccount',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}',
  summary:
    'Get everything about one customer: state, tags, notes, balances, quota, latest movements, keys, addresses and sub-accounts.',
  pathParameters: { email: emailText },
  reply: Type.Object({
    ...account.properties,
    tags: Type.Array(tagText),
    notes: Type.Array(note, { description: 'The newest 20, newest first.' }),
    balances: Type.Array(balance, { description: 'By asset and wallet, including those of zero.' }),
    quota,
    openWithdrawals: Type.Array(withdrawal, { description: 'At most 50, newest first.' }),
    moreOpenWithdrawals: more('open withdrawals'),
    withdrawals: Type.Array(withdrawal, { description: 'The newest 20, newest first.' }),
    deposits: Type.Array(deposit, { description: 'The newest 20, newest first.' }),
    denials: Type.Array(denial, {
      description:
        'Requests for withdrawals that the approval policy has denied: the newest 20 days and rules.',
    }),
    apiKeys: Type.Array(shownApiKey, { description: 'Oldest first.' }),
    depositAddresses: Type.Array(Type.Object(depositAddress), { description: 'Oldest first.' }),
    innerMovements: Type.Array(innerMovement, {
      description:
        'Movements within the exchange: the newest 20 of each kind, newest first. GET /operator/v1/transfers has all, by account and kind.',
    }),
    trading,
    addressBook: Type.Array(addressBookEntry, { description: 'At most 200, newest first.' }),
    addressBookEntries: Type.Integer({ description: 'Number of entries of the address book.', minimum: 0 }),
    subAccounts: Type.Array(Type.Object({ email: emailText, enabled: Type.Boolean() }), {
      description: 'The first 50, oldest first.',
    }),
    subAccountCount: Type.Integer({ description: 'Number of all sub-accounts.', minimum: 0 }),
  }),
  errors: ['operator-not-found'],
});
