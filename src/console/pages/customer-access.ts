/** The keys and addresses of a customer. */
import { type Child, html } from '../kit/html.ts';
import { ActionButton } from '../parts/action.ts';
import { none, shortId, state, time, wholeId } from '../parts/cells.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { revokeKey } from './customer-actions.ts';
import type { AccountPage } from './customer-data.ts';

const own = text.customers;
type Key = AccountPage['apiKeys'][number];
type Address = AccountPage['depositAddresses'][number];

type KeysProps = { readonly account: AccountPage; readonly changed: () => unknown; readonly tools: Child };

export function KeysSection({ account, changed, tools }: KeysProps): Child {
  const columns: readonly Column<Key>[] = [
    { title: own.key, cell: ({ apiKey }) => shortId(apiKey) },
    { title: own.type, cell: ({ type }) => type },
    { title: own.permissions, cell: ({ permissions }) => permissions.join(', ') },
    {
      title: own.ipAllowList,
      cell: ({ ipAllowList }) => (ipAllowList.length === 0 ? own.anyAddress : ipAllowList.join(', ')),
    },
    { title: own.expires, cell: ({ expiresAt }) => (expiresAt === null ? own.never : time(expiresAt)) },
    { title: own.opened, cell: ({ createdAt }) => time(createdAt) },
    {
      title: text.common.actions,
      cell: ({ apiKey }) =>
        html`<${ActionButton} action=${revokeKey(account.email, apiKey)} done=${changed} />`,
    },
  ];
  return html`<${Section} title=${own.keys} tools=${tools}>
    <${Table} caption=${own.keys} rows=${account.apiKeys} columns=${columns} keyOf=${({ apiKey }: Key) => apiKey} empty=${own.noKeys} />
  <//>`;
}

const addressColumns: readonly Column<Address>[] = [
  { title: own.group, cell: ({ addressGroup }) => addressGroup },
  { title: text.common.address, cell: ({ address }) => wholeId(address) },
  { title: own.tag, cell: ({ addressTag }) => (addressTag === '' ? none : wholeId(addressTag)) },
  {
    title: own.state,
    cell: ({ retiredAt }) => (retiredAt === null ? state('active') : html`${own.retired} ${time(retiredAt)}`),
  },
];

export function AddressesSection({ account }: { readonly account: AccountPage }): Child {
  return html`<${Section} title=${own.addresses}>
    <${Table} caption=${own.addresses} rows=${account.depositAddresses} columns=${addressColumns} empty=${own.noAddresses}
      keyOf=${({ addressGroup, address, addressTag }: Address) => `${addressGroup} ${address} ${addressTag}`} />
  <//>`;
}
