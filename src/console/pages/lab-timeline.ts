/** The last requests of customers, and the verdict on how clients handled the faults. */
import type { listLabRequests } from '../../contract/operator/lab/requests.ts';
import type { getLabVerdict } from '../../contract/operator/lab/verdict.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { urlOf } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { customer, idLink, none, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Requests = OperatorReply<typeof listLabRequests>;
type Request = Requests['requests'][number];
type Verdict = OperatorReply<typeof getLabVerdict>;
type Incident = Verdict['incidents'][number];
const own = text.lab;

const columns: readonly Column<Request>[] = [
  { title: own.number, cell: ({ number }) => number, isNumber: true },
  { title: text.common.time, cell: ({ at }) => time(at) },
  { title: text.common.customer, cell: ({ account }) => (account === null ? none : customer(account)) },
  { title: own.operation, cell: ({ operation, method, path }) => operation ?? `${method} ${path}` },
  {
    title: own.status,
    cell: ({ status, ending }) =>
      html`${status} ${ending !== 'normal' && html`<span class="faint">${ending}</span>`}`,
    isNumber: true,
  },
  { title: own.workDone, cell: ({ done }) => state(done) },
  { title: own.why, cell: (each) => html`<${Why} of=${each} />` },
  {
    title: own.withdrawal,
    cell: ({ withdrawalId }) =>
      withdrawalId === null ? none : idLink(`/withdrawals/${withdrawalId}`, withdrawalId),
  },
];

/** The reason for its rejection, the fault that hit it, and the text that was signed. */
function Why({ of: { rejectedBy, error, hint, firing, signedTexts } }: { readonly of: Request }): Child {
  if (rejectedBy === null && firing === null) return none;
  return html`${rejectedBy && html`<span>${rejectedBy}: ${error?.msg}</span>`} ${firing && html`<span class="tag">${firing}</span>`}
    ${hint && html`<p>${hint}</p>`}
    ${rejectedBy === 'signature' && html`<details><summary>${own.signed}</summary>${signedTexts.map(({ form, text: words }) => html`<p key=${form}>${form} <code class="whole">${words}</code></p>`)}</details>`}`;
}

export function TimelinePage(): Child {
  const requests = useResource<Requests>('/lab/requests', { limit: 200 });
  return html`<${PageHead} title=${own.timeline} tools=${html`<button type="button" onClick=${() => requests.reload()}>${own.refresh}</button>`} />
    ${whenRead(requests, (data) => html`<${Table} caption=${own.timeline} rows=${data.requests.toReversed()} columns=${columns} keyOf=${({ number }: Request) => number} empty=${own.noRequests} />`)}`;
}

const incidentColumns: readonly Column<Incident>[] = [
  { title: own.verdict, cell: ({ verdict }) => state(verdict === 'open' ? 'undecided' : verdict) },
  { title: own.fault, cell: ({ preset, source }) => preset ?? source },
  { title: own.operation, cell: ({ operation }) => operation },
  { title: text.common.customer, cell: ({ account }) => (account === null ? none : customer(account)) },
  { title: own.sentence, cell: ({ sentence }) => sentence },
  {
    title: own.afterwards,
    cell: ({ actions }) => actions.map((action) => action.replaceAll('-', ' ')).join(', '),
  },
];

export function VerdictPage(): Child {
  const verdict = useResource<Verdict>('/lab/verdict');
  const junit = html`<a class="button quiet" download="verdict.xml" href=${urlOf('/lab/verdict', { format: 'junit' })}>${own.junit}</a>`;
  return html`<${PageHead} title=${own.verdict} tools=${html`${junit}<button type="button" onClick=${() => verdict.reload()}>${own.refresh}</button>`} />
    ${whenRead(
      verdict,
      (
        data,
      ) => html`<p class="lead">${state(data.verdict === 'open' ? 'undecided' : data.verdict)} ${data.sentence}</p>
        <${Section} title=${own.incidents}><${Table} caption=${own.incidents} rows=${data.incidents} columns=${incidentColumns} keyOf=${({ firing }: Incident) => firing} empty=${own.noIncidents} /><//>`,
    )}`;
}
