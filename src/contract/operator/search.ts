/** The search for any id, address, transaction, e-mail or name. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { assetCode, emailText, oneOf, orNull } from './fields.ts';

const hit = Type.Object({
  kind: oneOf(
    [
      'account',
      'withdrawal',
      'deposit',
      'transfer',
      'change',
      'deposit-address',
      'imported-address',
      'address-book-entry',
      'api-key',
      'note',
      'asset',
      'network',
      'symbol',
      'operator',
      'api-token',
      'dividend',
      'sub-account-transfer',
      'wallet-transfer',
      'dust-conversion',
    ],
    'What was found.',
  ),
  id: Type.String({ description: 'Its id: an e-mail, an id, a number, an address, a code or a name.' }),
  matched: oneOf(
    ['id', 'e-mail', 'address', 'transaction', 'order-id', 'client-id', 'number', 'code', 'name'],
    'What of it is the text that was searched for. Only e-mails are also found by how they begin.',
  ),
  path: Type.String({ description: 'The path of the operation that shows it, or the list with it.' }),
  account: orNull({ ...emailText, description: 'The customer; null if there is none.' }),
  asset: orNull(assetCode),
  amount: orNull(decimalText('The amount, of movements.')),
  state: orNull(Type.String({ description: 'The stage or state, if it has one.' })),
  time: orNull(milliseconds('When it began, if it has a time')),
});

export const search = operatorOperation({
  id: 'search',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/search',
  summary:
    'Find what an id, an address, a transaction id, an order id, an API key, a code or an e-mail belongs to. Texts are compared whole, in all spellings of an address or a transaction id; only an e-mail may be given by how it begins. API tokens of operators are found by those who may manage operators.',
  query: {
    q: Type.String({ description: 'What to search for.', minLength: 1, maxLength: 256 }),
  },
  reply: Type.Object({
    hits: Type.Array(hit, { description: 'Exact hits first.' }),
    incomplete: Type.Boolean({
      description: 'Whether there may be more hits of a kind: at most 20 of each are shown.',
    }),
  }),
});
