/** The statement of a customer: each transfer with the balance after it, and the balances as of a moment. */

import type { getStatement, listBalances } from '../../contract/operator/balances.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { formOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { address, go } from '../kit/route.ts';
import { idLink, money, shortId, time } from '../parts/cells.ts';
import { CsvLink } from '../parts/csv-link.ts';
import { timeFilters } from '../parts/filters.ts';
import { Filters, queryOf } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { Empty, whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Statement = OperatorReply<typeof getStatement>;
type Balances = OperatorReply<typeof listBalances>;
type Entry = Statement['entries'][number];
type Balance = Statement['opening'][number];
const own = text.ledger;

const entryColumns: readonly Column<Entry>[] = [
  { title: own.number, cell: ({ seq }) => idLink(`/ledger/${seq}`, String(seq)), isNumber: true },
  { title: text.common.time, cell: ({ at }) => time(at) },
  { title: own.kind, cell: ({ kind }) => kind.replaceAll('-', ' ') },
  {
    title: text.common.asset,
    cell: ({ asset, wallet }) => html`${asset} <span class="faint">${wallet}</span>`,
  },
  { title: own.freeChange, cell: ({ freeChange }) => money(freeChange), isNumber: true },
  { title: own.heldChange, cell: ({ heldChange }) => money(heldChange), isNumber: true },
  { title: own.freeAfter, cell: ({ free }) => money(free), isNumber: true },
  { title: own.heldAfter, cell: ({ held }) => money(held), isNumber: true },
  { title: own.cause, cell: ({ reference }) => shortId(reference) },
];
const balanceColumns: readonly Column<Balance>[] = [
  { title: text.common.asset, cell: ({ asset }) => asset },
  { title: own.wallet, cell: ({ wallet }) => wallet },
  { title: own.free, cell: ({ free }) => money(free), isNumber: true },
  { title: own.held, cell: ({ held }) => money(held), isNumber: true },
];

const filters = [
  { name: 'asset', label: text.common.asset },
  { ...timeFilters[0], name: 'from', label: text.common.from, isTime: true },
  { ...timeFilters[1], name: 'to', label: own.asOf, isTime: true },
];

export function StatementPage({ id: email }: { readonly id?: string }): Child {
  return html`<${PageHead} title=${own.statement} id=${email} back=${email && `/customers/${encodeURIComponent(email)}`} />
    ${email === undefined ? html`<${WhoForm} />` : html`<${Filters} filters=${filters} /><${StatementOf} email=${email} />`}`;
}

/** Asks whose statement. */
function WhoForm(): Child {
  const submit = (event: Event) => {
    event.preventDefault();
    const email = String(new FormData(formOf(event)).get('email') ?? '').trim();
    if (email !== '') go(`/statement/${encodeURIComponent(email)}`);
  };
  return html`<form class="filters" onSubmit=${submit}>
    <label>${text.common.customer}<input name="email" required autocomplete="off" /></label>
    <button class="primary">${text.common.show}</button>
  </form>
  <${Empty}>${own.whose}<//>`;
}

function StatementOf({ email }: { readonly email: string }): Child {
  const path = `/accounts/${encodeURIComponent(email)}`;
  const query = queryOf(filters, address.value.searchParams);
  const statement = useResource<Statement>(`${path}/statement`, query);
  const balances = useResource<Balances>(`${path}/balances`, { at: query.to });
  const when = query.to === undefined ? own.now : time(Number(query.to));
  return html`<${Section} title=${html`${own.balances} ${when}`}>
      ${whenRead(balances, (data) => html`<${BalanceTable} of=${data.balances.filter(({ free, held }) => free !== '0' || held !== '0')} />`)}
    <//>
    <${Section} title=${own.transfers} tools=${html`<${CsvLink} path=${`${path}/statement`} query=${query} />`}>
      ${whenRead(
        statement,
        (
          data,
        ) => html`<${Table} caption=${own.transfers} rows=${data.entries} columns=${entryColumns} empty=${own.noEntries}
            keyOf=${({ seq, asset, wallet }: Entry) => `${seq} ${asset} ${wallet}`} />
          ${data.next !== null && html`<p class="faint">${own.moreInCsv}</p>`}`,
      )}
    <//>`;
}

function BalanceTable({ of }: { readonly of: readonly Balance[] }): Child {
  return html`<${Table} caption=${own.balances} rows=${of} columns=${balanceColumns} empty=${own.noBalances}
    keyOf=${({ asset, wallet }: Balance) => `${asset} ${wallet}`} />`;
}
