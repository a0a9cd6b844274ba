/** Withdrawals of manual networks by the next step, oldest first. */
import type { listClaims } from '../../contract/operator/claims.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { actorName, customer, money, none, shortId, time } from '../parts/cells.ts';
import { CsvLink } from '../parts/csv-link.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Claims = OperatorReply<typeof listClaims>;
type Entry = Claims['claims'][number];
type State = keyof typeof own.states;
const own = text.settlement;

/** The states in the order of the page: those that need a decision first, then the steps of a withdrawal. */
const states: readonly State[] = ['unknown', 'claimable', 'held', 'sent'];

export function SettlementPage(): Child {
  return html`<${PageHead} title=${own.title} /><p class="lead">${own.lead}</p>
    ${states.map((state) => html`<${Claims} key=${state} state=${state} />`)}`;
}

const columns: readonly Column<Entry>[] = [
  {
    title: text.withdrawals.requested,
    cell: ({ withdrawal }) =>
      html`<a href=${`/withdrawals/${withdrawal.id}`}>${time(withdrawal.applyTime)}</a>`,
  },
  { title: text.common.customer, cell: ({ withdrawal }) => customer(withdrawal.email) },
  {
    title: text.common.amount,
    cell: ({ withdrawal }) => money(withdrawal.amount, withdrawal.asset),
    isNumber: true,
  },
  { title: text.common.network, cell: ({ withdrawal }) => withdrawal.network },
  { title: text.common.address, cell: ({ withdrawal }) => shortId(withdrawal.address) },
];
const ownerColumn: Column<Entry> = {
  title: own.owner,
  cell: ({ claim }) => (claim === undefined ? none : claim.isOwn ? own.you : actorName(claim.ownerName)),
};
const leaseColumn: Column<Entry> = { title: own.lease, cell: ({ claim }) => time(claim?.expireTime ?? null) };
const transactionColumn: Column<Entry> = {
  title: text.common.transaction,
  cell: ({ withdrawal }) => shortId(withdrawal.txId),
};
const columnsOf: Readonly<Record<State, readonly Column<Entry>[]>> = {
  claimable: columns,
  held: [...columns, ownerColumn, leaseColumn],
  unknown: [...columns, ownerColumn, leaseColumn],
  sent: [...columns, ownerColumn, transactionColumn],
};

const shownAtOnce = 100;

function Claims({ state }: { readonly state: State }): Child {
  const read = useResource<Claims>('/claims', { state, limit: shownAtOnce });
  return html`<${Section} title=${own.states[state]} tools=${html`<${CsvLink} path="/claims" query=${{ state }} />`}>${whenRead(
    read,
    ({
      claims,
      next,
    }) => html`<${Table} caption=${own.states[state]} rows=${claims} columns=${columnsOf[state]}
        keyOf=${({ withdrawal }: Entry) => withdrawal.id} empty=${own.empty[state]} />
      ${next !== undefined && html`<p class="faint">${own.oldestOnly(shownAtOnce)}</p>`}`,
  )}<//>`;
}
