/** The books: what customers own, what is held, what custody has, and whether the ledger proves it. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asError } from '../../boundary/caught.ts';
import type { listBooks } from '../../contract/operator/books.ts';
import type { listTransfers } from '../../contract/operator/transfers.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { money, time } from '../parts/cells.ts';
import { useResource } from '../parts/resource.ts';
import { Problem, whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type All = OperatorReply<typeof listBooks>;
type OfAsset = All['assets'][number];
const own = text.overview;

/** Books with more transfers are verified only when somebody asks, because the work grows with them. */
const smallBooks = 20_000;

export function Books(): Child {
  const books = useResource<All>('/books');
  const error = useSignal<Error | undefined>(undefined);
  const isBusy = useSignal(false);
  const verify = async () => {
    isBusy.value = true;
    try {
      await request('GET', '/integrity');
      error.value = undefined;
      await books.reload();
    } catch (caught) {
      error.value = asError(caught);
    }
    isBusy.value = false;
  };
  useEffect(() => {
    void isSmall().then((small) => (small ? verify() : undefined));
  }, []);
  const report = books.data.value?.report;
  const button = html`<button type="button" class="quiet" disabled=${isBusy.value} onClick=${verify}>${own.verify}</button>`;
  return html`<${Section} title=${own.books} tools=${html`${report && html`<${Verdict} of=${report} />`} ${button}`}>
    ${error.value && html`<${Problem} error=${error.value} retry=${verify} />`}
    ${whenRead(
      books,
      ({ assets }) => html`<${Table} caption=${own.books} rows=${assets} columns=${columns}
        keyOf=${({ asset }: OfAsset) => asset} empty=${own.noAssets} />`,
    )}
  <//>`;
}

async function isSmall(): Promise<boolean> {
  const newest = await request<OperatorReply<typeof listTransfers>>('GET', '/transfers', undefined, {
    query: { limit: 1 },
  }).catch(() => undefined);
  return newest !== undefined && (newest.transfers[0]?.seq ?? 0) < smallBooks;
}

type VerdictProps = { readonly of: NonNullable<All['report']> };

function Verdict({ of: { at, ok, solvent, mismatches } }: VerdictProps): Child {
  return html`<span class=${`state state-${ok ? 'good' : 'bad'}`}>${ok ? own.ok : own.notOk(mismatches)}</span>
    <span class=${`state state-${solvent ? 'good' : 'bad'}`}>${solvent ? own.solvent : own.insolvent}</span>
    <span class="faint">${own.verified} ${time(at)}</span>`;
}

const columns: readonly Column<OfAsset>[] = [
  { title: text.common.asset, cell: ({ asset }) => html`<a href=${`/assets/${asset}`}>${asset}</a>` },
  { title: own.liabilities, cell: ({ liabilities }) => money(liabilities), isNumber: true },
  { title: own.held, cell: ({ held }) => money(held), isNumber: true },
  { title: own.custody, cell: ({ custody }) => money(custody), isNumber: true },
  { title: own.difference, cell: ({ difference }) => money(difference), isNumber: true },
  {
    title: own.covered,
    cell: ({ difference }) => {
      const isCovered = !difference.startsWith('-');
      return html`<span class=${`state state-${isCovered ? 'good' : 'bad'}`}>${isCovered ? text.common.yes : text.common.no}</span>`;
    },
  },
];
