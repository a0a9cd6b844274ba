/** Assets: their limits, and their terms on each network. */
import type { getAsset, listAssets } from '../../contract/operator/assets.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { type Action, ActionButton, optionalReasonField } from '../parts/action.ts';
import { money, none, state } from '../parts/cells.ts';
import type { Field } from '../parts/fields.ts';
import { ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Asset = OperatorReply<typeof getAsset>;
type Place = Asset['networks'][number];
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
  return html`<${ListPage} title=${own.assets} path="/assets" rowsName="assets" isWhole filters=${[]}
    columns=${columns} keyOf=${({ asset }: Listed) => asset} empty=${own.noAssets} />`;
}

export function AssetPage({ id }: { readonly id: string }): Child {
  const path = `/assets/${encodeURIComponent(id)}`;
  const read = useResource<Asset>(path);
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
        html`<${ActionButton} isQuiet action=${changePlace(path, asset, place)} done=${read.reload} />`,
    },
  ];
  return whenRead(
    read,
    (
      data,
    ) => html`<${PageHead} title=${data.name} id=${data.asset} back="/assets" tools=${html`<${ActionButton} action=${changeLimits(path, data)} done=${read.reload} />`} />
      <${Facts} of=${[
        [own.decimals, data.scale],
        [
          own.perDay,
          data.withdrawMaximumPerDay === null ? own.noLimit : money(data.withdrawMaximumPerDay, data.asset),
        ],
        [own.limit, data.autoApprovalLimit === null ? none : money(data.autoApprovalLimit, data.asset)],
      ]} />
      <${Section} title=${own.networks}>
        <${Table} caption=${own.networks} rows=${data.networks} columns=${placeColumns(data.asset)} keyOf=${({ network }: Place) => network} empty=${own.noNetworks} />
      <//>`,
  );
}

function changeLimits(path: string, { asset, withdrawMaximumPerDay, autoApprovalLimit }: Asset): Action {
  return {
    label: own.changeLimits,
    permission: 'change-rules',
    method: 'PATCH',
    path,
    fields: [
      {
        name: 'withdrawMaximumPerDay',
        label: own.perDay,
        kind: 'number',
        value: withdrawMaximumPerDay ?? '',
        hint: own.emptyNoLimit,
        isOptional: true,
      },
      {
        name: 'autoApprovalLimit',
        label: own.limit,
        kind: 'number',
        value: autoApprovalLimit ?? '',
        hint: own.emptyNoLimit,
        isOptional: true,
      },
      optionalReasonField,
    ],
    body: ({ withdrawMaximumPerDay: perDay, autoApprovalLimit: limit, reason }) => ({
      withdrawMaximumPerDay: perDay || null,
      autoApprovalLimit: limit || null,
      ...(reason && { reason }),
    }),
    sentence: ({ withdrawMaximumPerDay: perDay, autoApprovalLimit: limit }) =>
      own.limitsSentence(asset, perDay || own.noLimit, limit || own.noLimit),
    proposal: { operation: 'patchAsset', path: { asset } },
  };
}

const terms = [
  'depositMinimum',
  'withdrawFee',
  'withdrawMinimum',
  'withdrawMultiple',
  'minConfirm',
  'unlockConfirm',
] as const;

function changePlace(path: string, asset: string, place: Place): Action {
  const fields: readonly Field[] = terms.map((name) => ({
    name,
    label: own.terms[name],
    kind: 'number',
    value: String(place[name]),
  }));
  return {
    label: own.change,
    permission: 'change-rules',
    method: 'PATCH',
    path,
    fields: [...fields, optionalReasonField],
    body: ({ minConfirm, unlockConfirm, reason, ...amounts }) => ({
      networks: [
        {
          network: place.network,
          ...amounts,
          minConfirm: Number(minConfirm),
          unlockConfirm: Number(unlockConfirm),
        },
      ],
      ...(reason && { reason }),
    }),
    sentence: (values) => {
      const changed = terms.filter((name) => values[name] !== String(place[name]));
      if (changed.length === 0) return own.unchanged;
      return own.placeSentence(
        asset,
        place.network,
        changed.map((name) => `${own.terms[name]} ${place[name]} → ${values[name]}`).join(', '),
      );
    },
  };
}
