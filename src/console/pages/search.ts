/** The records that an id, an address, a transaction or an e-mail finds. */
import { useEffect } from 'preact/hooks';
import type { search } from '../../contract/operator/search.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { address, go } from '../kit/route.ts';
import { may } from '../kit/session.ts';
import { customer, customerPath, money, none, shortId, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { Empty, whenRead } from '../parts/status.ts';
import { type Column, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Hits = OperatorReply<typeof search>;
type Hit = Hits['hits'][number];
const own = text.common;

const auditOf = (filter: 'actor' | 'subject', value: string) =>
  `/audit?${filter}=${encodeURIComponent(value)}`;

/** @returns the page about a hit; without one of its own, that of its customer. */
function pageOf({ kind, id, account, path }: Hit): string {
  const pages: Partial<Record<Hit['kind'], string>> = {
    account: customerPath(id),
    withdrawal: `/withdrawals/${id}`,
    deposit: `/deposits/${id}`,
    transfer: `/ledger/${id}`,
    change: `/changes/${id}`,
    asset: `/assets/${id}`,
    network: `/networks/${id}`,
    operator: may('manage-operators') ? '/access' : auditOf('actor', `operator:${id}`),
    dividend: `/ledger?reference=${id}`,
    'sub-account-transfer': `/ledger?reference=${id}`,
    'wallet-transfer': `/ledger?reference=${id}`,
    'dust-conversion': `/ledger?reference=${id}`,
    'api-token': '/access',
    symbol: '/assets',
    'imported-address': `/networks/${path.split('/')[4]}`,
  };
  return pages[kind] ?? (account === null ? auditOf('subject', id) : customerPath(account));
}

const columns: readonly Column<Hit>[] = [
  {
    title: own.found,
    cell: (hit) => html`<a href=${pageOf(hit)}>${hit.kind.replaceAll('-', ' ')} ${shortId(hit.id)}</a>`,
  },
  { title: own.by, cell: ({ matched }) => matched.replaceAll('-', ' ') },
  { title: own.customer, cell: ({ account }) => (account === null ? none : customer(account)) },
  { title: own.amount, cell: ({ amount, asset }) => money(amount, asset ?? undefined), isNumber: true },
  { title: own.stage, cell: (hit) => (hit.state === null ? none : state(hit.state)) },
  { title: own.time, cell: ({ time: at }) => time(at) },
];

type FoundProps = { readonly found: Hits; readonly q: string };

function Found({ found: { hits, incomplete }, q }: FoundProps): Child {
  return html`<${Table} caption=${own.search} rows=${hits} columns=${columns} empty=${own.nothingFound(q)}
      keyOf=${(hit: Hit) => `${hit.kind} ${hit.id} ${hit.account}`} />
    ${incomplete && html`<p class="faint">${own.moreHits}</p>`}`;
}

/** The customers whose e-mails begin with this text. */
export function CustomersFound({ q }: { readonly q: string }): Child {
  const read = useResource<Hits>('/search', { q });
  return whenRead(
    read,
    (data) =>
      html`<${Found} q=${q} found=${{ ...data, hits: data.hits.filter(({ kind }) => kind === 'account') }} />`,
  );
}

export function SearchPage(): Child {
  const q = address.value.searchParams.get('q')?.trim() ?? '';
  const read = useResource<Hits>(q === '' ? null : '/search', { q });
  const [only, ...others] = read.data.value?.hits ?? [];
  // A single hit is the one that was meant.
  const target = only !== undefined && others.length === 0 ? pageOf(only) : undefined;
  useEffect(() => {
    if (target !== undefined) go(target, { replace: true });
  }, [target]);
  return html`<${PageHead} title=${own.searchTitle} id=${q} />
    ${q === '' ? html`<${Empty}>${own.searchWhat}<//>` : whenRead(read, (found) => html`<${Found} q=${q} found=${found} />`)}`;
}
