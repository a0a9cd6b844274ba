/** Assets: their limits, and their terms on each network. */
import type { getAsset, listAssets } from '../../contract/operator/assets.ts';
import type { listPrices } from '../../contract/operator/prices-and-symbols.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { noteChange } from '../kit/live.ts';
import { ActionButton } from '../parts/action.ts';
import { money, none, state } from '../parts/cells.ts';
import { ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { addPlace, changeLimits, changePlace, defineAsset, setPrice } from './asset-actions.ts';
import { AssetBooks } from './asset-books.ts';

type Asset = OperatorReply<typeof getAsset>;
type Place = Asset['networks'][number];
type Prices = OperatorReply<typeof listPrices>;
type Listed = OperatorReply<typeof listAssets>['assets'][number];
const own = text.rules;
const isOpen = (word: boolean) => state(word ? 'open' : 'closed');

const columns: readonly Column<Listed>[] = [
  { title: text.common.asset, cell: ({ asset }) => html`<a href=${`/assets/${asset}`}>${asset}</a>` },
  { title: own.name, cell: ({ name }) => name },
  { title: own.networks, cell: ({ networks }) => networks.map(({ network }) => network).join(', ') },
  { title: own.perDay, cell: ({ withdrawMaximumPerDay }) => money(withdrawMaximumPerDay), isNumber: true },
  { title: own.limit, cell: ({ autoApprovalLimit }) => money(autoApprovalLimit), isNumber: true },
];

export function AssetsPage(): Child {
  return html`<${ListPage} title=${own.assets} tools=${html`<${ActionButton} action=${defineAsset()} done=${noteChange} />`} path="/assets" rowsName="assets" isWhole filters=${[]}
    columns=${columns} keyOf=${({ asset }: Listed) => asset} empty=${own.noAssets} />`;
}

export function AssetPage({ id }: { readonly id: string }): Child {
  const read = useResource<Asset>(`/assets/${encodeURIComponent(id)}`);
  const prices = useResource<Prices>('/prices');
  const price = prices.data.value?.prices.find(({ asset }) => asset === id)?.price;
  const placeColumns = (asset: string): readonly Column<Place>[] => [
    { title: text.common.network, cell: ({ network }) => network },
    { title: own.deposits, cell: ({ depositEnabled }) => isOpen(depositEnabled) },
    { title: own.withdrawals, cell: ({ withdrawEnabled }) => isOpen(withdrawEnabled) },
    { title: own.depositMinimum, cell: ({ depositMinimum }) => money(depositMinimum), isNumber: true },
    { title: own.fee, cell: ({ withdrawFee }) => money(withdrawFee), isNumber: true },
    { title: own.minimum, cell: ({ withdrawMinimum }) => money(withdrawMinimum), isNumber: true },
    { title: own.multiple, cell: ({ withdrawMultiple }) => money(withdrawMultiple), isNumber: true },
    {
      title: own.confirmations,
      cell: ({ minConfirm, unlockConfirm }) => `${minConfirm} / ${unlockConfirm}`,
      isNumber: true,
    },
    {
      title: text.common.actions,
      cell: (place) =>
        html`<${ActionButton} isQuiet action=${changePlace(asset, place)} done=${read.reload} />`,
    },
  ];
  return whenRead(
    read,
    (
      data,
    ) => html`<${PageHead} title=${data.name} id=${data.asset} back="/assets" tools=${[addPlace(data), setPrice(data, price), changeLimits(data)].map((action) => html`<${ActionButton} key=${action.label} action=${action} done=${noteChange} />`)} />
      <${Facts} of=${[
        [own.decimals, data.scale],
        [
          own.perDay,
          data.withdrawMaximumPerDay === null ? own.noLimit : money(data.withdrawMaximumPerDay, data.asset),
        ],
        [own.limit, data.autoApprovalLimit === null ? none : money(data.autoApprovalLimit, data.asset)],
        [own.price, prices.data.value === undefined ? none : (price ?? own.noPrice)],
      ]} />
      <${AssetBooks} asset=${data.asset} />
      <${Section} title=${own.networks}>
        <${Table} caption=${own.networks} rows=${data.networks} columns=${placeColumns(data.asset)} keyOf=${({ network }: Place) => network} empty=${own.noNetworks} />
      <//>`,
  );
}
