/** The books of one asset: what customers have, what the exchange keeps, by network, and what is being withdrawn. */
import type { getAssetBooks } from '../../contract/operator/asset-books.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { money, none, state, time } from '../parts/cells.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Books = OperatorReply<typeof getAssetBooks>;
type Place = Books['networks'][number];
type Stage = Books['openWithdrawals'][number];
const own = text.overview;

export function AssetBooks({ asset }: { readonly asset: string }): Child {
  const books = useResource<Books>(`/assets/${encodeURIComponent(asset)}/books`);
  return html`<${Section} title=${own.books}>${whenRead(
    books,
    (data) => html`<${Facts} of=${[
      [own.liabilities, money(data.liabilities, asset)],
      [own.held, money(data.held, asset)],
      [own.holders, data.holders],
      [own.custody, money(data.custody, asset)],
      [own.difference, money(data.difference, asset)],
      [own.owed, money(data.owed, asset)],
    ]} />
      <div class="columns">
        <${Table} caption=${own.custody} rows=${data.networks} columns=${places} keyOf=${({ network }: Place) => network} empty=${own.nothingKept} />
        <${Table} caption=${own.open} rows=${data.openWithdrawals} columns=${stagesOf(asset)} keyOf=${({ stage }: Stage) => stage} empty="" />
      </div>`,
  )}<//>`;
}

const places: readonly Column<Place>[] = [
  {
    title: text.common.network,
    cell: ({ network }) => html`<a href=${`/networks/${network}`}>${network}</a>`,
  },
  { title: own.custody, cell: ({ custody }) => money(custody), isNumber: true },
  { title: own.reserved, cell: ({ reserved }) => money(reserved), isNumber: true },
  { title: own.available, cell: ({ available }) => money(available), isNumber: true },
];

const stagesOf = (asset: string): readonly Column<Stage>[] => [
  {
    title: own.stage,
    cell: ({ stage }) => html`<a href=${`/withdrawals?asset=${asset}&stage=${stage}`}>${state(stage)}</a>`,
  },
  { title: own.count, cell: ({ count }) => count, isNumber: true },
  { title: text.common.amount, cell: ({ amount }) => money(amount), isNumber: true },
  { title: own.oldest, cell: ({ oldest }) => (oldest === null ? none : time(oldest)) },
];
