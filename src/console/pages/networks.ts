/** Networks: what is open on them, how far their chains are, and the custody on each. */
import type { listAssets } from '../../contract/operator/assets.ts';
import type { listChains } from '../../contract/operator/chain.ts';
import type { listCustody } from '../../contract/operator/custody.ts';
import type { listNetworks } from '../../contract/operator/networks.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { noteChange } from '../kit/live.ts';
import { type Action, ActionButton, optionalReasonField } from '../parts/action.ts';
import { money, none, state } from '../parts/cells.ts';
import { CsvLink } from '../parts/csv-link.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { FreeAddresses } from './network.ts';
import { defineNetwork } from './network-actions.ts';

type Assets = OperatorReply<typeof listAssets>;
type Asset = Assets['assets'][number];
type Network = OperatorReply<typeof listNetworks>['networks'][number];
type Place = OperatorReply<typeof listCustody>['custody'][number] & {
  readonly place: Asset['networks'][number] | undefined;
};
const own = text.rules;

export function NetworksPage(): Child {
  const assets = useResource<Assets>('/assets');
  const define = html`<${ActionButton} action=${defineNetwork()} done=${noteChange} />`;
  return html`<${PageHead} title=${own.networks} tools=${define} /><${Chains} />${whenRead(assets, (data) => html`<${Custody} assets=${data.assets} changed=${assets.reload} />`)}`;
}

function Chains(): Child {
  const networks = useResource<OperatorReply<typeof listNetworks>>('/networks');
  const chains = useResource<OperatorReply<typeof listChains>>('/chain');
  const heights = new Map(chains.data.value?.networks.map(({ network, height }) => [network, height]));
  const columns: readonly Column<Network>[] = [
    {
      title: text.common.network,
      cell: ({ network }) => html`<a href=${`/networks/${network}`}>${network}</a>`,
    },
    { title: own.name, cell: ({ name }) => name ?? none },
    { title: text.settlement.connector, cell: ({ connector }) => connector },
    { title: own.format, cell: ({ addressFormat }) => addressFormat },
    { title: own.group, cell: ({ addressGroup }) => addressGroup },
    { title: own.height, cell: ({ network }) => heights.get(network) ?? none, isNumber: true },
    {
      title: text.settlement.free,
      cell: ({ network, connector }) =>
        connector === 'manual' ? html`<${FreeAddresses} network=${network} />` : none,
      isNumber: true,
    },
  ];
  return html`<${Section} title=${own.chains} tools=${html`<${CsvLink} path="/networks" />`}>${whenRead(
    networks,
    (data) =>
      html`<${Table} caption=${own.chains} rows=${data.networks} columns=${columns} keyOf=${({ network }: Network) => network} empty=${own.noNetworks} />`,
  )}<//>`;
}

/** @returns the action that opens or closes one direction. */
function turn(
  asset: string,
  network: string,
  direction: 'depositEnabled' | 'withdrawEnabled',
  isOpen: boolean,
): Action {
  const words = direction === 'depositEnabled' ? own.deposits : own.withdrawals;
  return {
    label: isOpen ? own.close(words) : own.open(words),
    permission: 'change-rules',
    method: 'PATCH',
    path: `/assets/${asset}`,
    fields: [optionalReasonField],
    body: ({ reason }) => ({ networks: [{ network, [direction]: !isOpen }], ...(reason && { reason }) }),
    sentence: () =>
      isOpen ? own.closeSentence(words, asset, network) : own.openSentence(words, asset, network),
    isDangerous: isOpen,
  };
}

type CustodyProps = { readonly assets: readonly Asset[]; readonly changed: () => Promise<void> };

function Custody({ assets, changed }: CustodyProps): Child {
  const custody = useResource<OperatorReply<typeof listCustody>>('/custody');
  const places = new Map(
    assets.flatMap(({ asset, networks }) => networks.map((each) => [`${asset} ${each.network}`, each])),
  );
  const switched = (direction: 'depositEnabled' | 'withdrawEnabled') => (row: Place) => {
    if (row.place === undefined) return none;
    const isOpen = row.place[direction];
    return html`${state(isOpen ? 'open' : 'closed')} <${ActionButton} isQuiet action=${turn(row.asset, row.network, direction, isOpen)} done=${changed} />`;
  };
  const columns: readonly Column<Place>[] = [
    { title: text.common.asset, cell: ({ asset }) => html`<a href=${`/assets/${asset}`}>${asset}</a>` },
    { title: text.common.network, cell: ({ network }) => network },
    { title: own.available, cell: ({ available }) => money(available), isNumber: true },
    { title: own.reserved, cell: ({ reserved }) => money(reserved), isNumber: true },
    {
      title: own.waiting,
      cell: ({ waiting, asset, network }) =>
        waiting === 0
          ? none
          : html`<a href=${`/withdrawals?stage=waiting&asset=${asset}&network=${network}`}>${waiting}</a>`,
      isNumber: true,
    },
    { title: own.deposits, cell: switched('depositEnabled') },
    { title: own.withdrawals, cell: switched('withdrawEnabled') },
  ];
  return html`<${Section} title=${own.custody} tools=${html`<${CsvLink} path="/custody" />`}>${whenRead(
    custody,
    (data) => html`<${Table} caption=${own.custody} columns=${columns} empty=${own.noCustody}
      rows=${data.custody.map((row) => ({ ...row, place: places.get(`${row.asset} ${row.network}`) }))}
      keyOf=${({ asset, network }: Place) => `${asset} ${network}`} />`,
  )}<//>`;
}
