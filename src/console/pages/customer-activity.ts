/** The address book, the orders and the denials of a customer. A section without rows is not shown. */
import { type Child, html } from '../kit/html.ts';
import { money, none, shortId, time, wholeId } from '../parts/cells.ts';
import { CsvLink } from '../parts/csv-link.ts';
import { Details } from '../parts/details.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { type AccountPage, accountPath } from './customer-data.ts';

const own = text.customers;
type Entry = AccountPage['addressBook'][number];
type Order = AccountPage['trading']['orderEvents'][number];
type Denial = AccountPage['denials'][number];
type Props = { readonly account: AccountPage };

const entryColumns: readonly Column<Entry>[] = [
  { title: text.common.asset, cell: ({ asset }) => asset },
  { title: text.common.network, cell: ({ network }) => network },
  { title: text.common.address, cell: ({ address }) => wholeId(address) },
  { title: own.tag, cell: ({ addressTag }) => wholeId(addressTag) },
  { title: own.name, cell: ({ name }) => name || none },
  { title: own.origin, cell: ({ originType, origin }) => [originType, origin].filter(Boolean).join(', ') },
  { title: own.whitelisted, cell: whitelistedOf },
];

function whitelistedOf({ whitelisted, whitelistedFrom: from }: Entry): Child {
  return whitelisted ? html`${own.from} ${time(from)}` : text.common.no;
}

export function AddressBookSection({ account }: Props): Child {
  const { addressBook, addressBookEntries, email } = account;
  const tools = html`<${CsvLink} path=${`${accountPath(email)}/address-book`} />`;
  return (
    addressBookEntries > 0 &&
    html`<${Section} title=${own.addressBook} tools=${tools}>
      <${Table} caption=${own.addressBook} rows=${addressBook} columns=${entryColumns} empty=""
        keyOf=${({ asset, network, address, addressTag }: Entry) => [asset, network, address, addressTag].join(' ')} />
    <//>`
  );
}

const orderColumns: readonly Column<Order>[] = [
  { title: text.common.time, cell: ({ time: at }) => time(at) },
  { title: own.symbol, cell: ({ symbol }) => symbol },
  { title: own.timeInForce, cell: ({ timeInForce }) => timeInForce },
  { title: own.submitted, cell: ({ submitted }) => money(submitted), isNumber: true },
  { title: own.filled, cell: ({ filled }) => money(filled), isNumber: true },
  { title: own.outcome, cell: ({ outcome }) => outcome.toLowerCase().replaceAll('_', ' ') },
];

export function TradingSection({ account: { trading } }: Props): Child {
  const { evaluatedTime, indicators, orderEvents } = trading;
  return (
    (orderEvents.length > 0 || evaluatedTime !== null) &&
    html`<${Section} title=${own.orders}>
      <${Facts} of=${[
        [own.evaluated, time(evaluatedTime)],
        [own.indicators, html`<${Details} of=${indicators} />`],
      ]} />
      <${Table} caption=${own.orders} rows=${orderEvents.map((each, index) => ({ ...each, index }))} columns=${orderColumns}
        keyOf=${({ index }: { index: number }) => index} empty=${own.noOrders} />
    <//>`
  );
}

const denialColumns: readonly Column<Denial>[] = [
  { title: text.common.time, cell: ({ lastTime }) => time(lastTime) },
  { title: own.rule, cell: ({ rule, policyVersion }) => `${rule} (${policyVersion})` },
  { title: own.requests, cell: ({ count }) => count, isNumber: true },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  { title: text.common.network, cell: ({ network }) => network },
  { title: text.common.address, cell: ({ address }) => shortId(address) },
];

export function DenialsSection({ account: { denials } }: Props): Child {
  return (
    denials.length > 0 &&
    html`<${Section} title=${own.denials}>
      <${Table} caption=${own.denials} rows=${denials} columns=${denialColumns} empty=""
        keyOf=${({ day, rule }: Denial) => `${day} ${rule}`} />
    <//>`
  );
}
