/** The latest withdrawals and deposits of a customer. */
import { type Child, html } from '../kit/html.ts';
import { money, shortId, state, time } from '../parts/cells.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import type { AccountPage } from './customer-data.ts';

const own = text.customers;
type Withdrawal = AccountPage['withdrawals'][number];
type Deposit = AccountPage['deposits'][number];

type Movement = {
  readonly id: string;
  readonly path: string;
  readonly what: string;
  readonly at: number;
  readonly amount: string;
  readonly asset: string;
  readonly network: string;
  readonly stage: string;
  readonly address: string;
};

const columns: readonly Column<Movement>[] = [
  { title: text.common.time, cell: ({ at, path }) => html`<a href=${path}>${time(at)}</a>` },
  { title: own.what, cell: ({ what }) => what },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  { title: text.common.network, cell: ({ network }) => network },
  { title: text.common.stage, cell: ({ stage }) => state(stage) },
  { title: text.common.address, cell: ({ address }) => shortId(address) },
];

export function MovementsSection({ account }: { readonly account: AccountPage }): Child {
  const encoded = encodeURIComponent(account.email);
  const tools = html`<a class="button quiet" href=${`/withdrawals?account=${encoded}`}>${own.allWithdrawals}</a>
    <a class="button quiet" href=${`/deposits?account=${encoded}`}>${own.allDeposits}</a>`;
  return html`<${Section} title=${text.common.history} tools=${tools}>
    <${Table} caption=${text.common.history} rows=${movementsOf(account)} columns=${columns} keyOf=${({ id }: Movement) => id} empty=${own.noMovements} />
    ${account.moreOpenWithdrawals && html`<p class="faint">${own.moreOpen}</p>`}
  <//>`;
}

/** Open withdrawals are shown however old they are. */
function movementsOf({ openWithdrawals, withdrawals, deposits }: AccountPage): readonly Movement[] {
  const byId = new Map([...openWithdrawals, ...withdrawals].map((each) => [each.id, ofWithdrawal(each)]));
  return [...byId.values(), ...deposits.map(ofDeposit)].sort((a, b) => b.at - a.at);
}

const ofWithdrawal = (of: Withdrawal): Movement => ({
  ...of,
  at: of.applyTime,
  what: own.withdrawal,
  path: `/withdrawals/${of.id}`,
});
const ofDeposit = (of: Deposit): Movement => ({
  ...of,
  at: of.insertTime,
  what: own.deposit,
  path: `/deposits/${of.id}`,
});

type Inner = AccountPage['innerMovements'][number];

const innerColumns: readonly Column<Inner>[] = [
  {
    title: text.common.time,
    cell: ({ time: at, tranId }) => html`<a href=${`/ledger?reference=${tranId}`}>${time(at)}</a>`,
  },
  { title: own.what, cell: ({ kind }) => kind.replaceAll('-', ' ') },
  {
    title: text.common.amount,
    cell: ({ amount, asset }) => money(amount, asset ?? undefined),
    isNumber: true,
  },
  { title: own.between, cell: ({ from, to }) => (from === null ? '' : `${from} → ${to}`) },
];

/** The movements of a customer within the exchange; without any, the section is not shown. */
export function InnerSection({ account: { innerMovements } }: { readonly account: AccountPage }): Child {
  return (
    innerMovements.length > 0 &&
    html`<${Section} title=${own.within}>
      <${Table} caption=${own.within} rows=${innerMovements} columns=${innerColumns} keyOf=${({ kind, tranId }: Inner) => `${kind} ${tranId}`} empty="" />
    <//>`
  );
}
