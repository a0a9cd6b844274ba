/** One network; a manual one with its stock of deposit addresses, and the reports of people about it. */
import type { countAddresses } from '../../contract/operator/manual-deposits.ts';
import type { getNetwork } from '../../contract/operator/networks.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { ActionButton } from '../parts/action.ts';
import { none, state } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { Facts } from '../parts/table.ts';
import { text } from '../texts.ts';
import { importAddresses, reportDeposit } from './network-actions.ts';

type Network = OperatorReply<typeof getNetwork>;
type Stock = OperatorReply<typeof countAddresses>;
const own = text.rules;
const manual = text.settlement;

const pathOf = (network: string) => `/networks/${encodeURIComponent(network)}`;

export function NetworkPage({ id }: { readonly id: string }): Child {
  const network = useResource<Network>(pathOf(id));
  return whenRead(network, (data) =>
    data.connector === 'manual'
      ? html`<${ManualNetwork} of=${data} />`
      : html`<${PageHead} title=${data.network} back="/networks" /><${Facts} of=${factsOf(data)} />`,
  );
}

function ManualNetwork({ of }: { readonly of: Network }): Child {
  const stock = useStock(of.network);
  const tools = html`<${ActionButton} action=${importAddresses(of)} done=${stock.reload} />
    <${ActionButton} action=${reportDeposit(of)} done=${() => undefined} />
    <a class="button quiet" href="/settlement">${manual.toSettlement}</a>`;
  return html`<${PageHead} title=${of.network} back="/networks" tools=${tools} />
    <${Facts} of=${[...factsOf(of), [manual.free, whenRead(stock, shownStock)]]} />`;
}

function factsOf({ name, connector, addressFormat, addressGroup, explorerUrl }: Network) {
  return [
    [own.name, name ?? none],
    [manual.connector, connector],
    [own.format, addressFormat],
    [own.group, addressGroup],
    [own.explorer, explorerUrl ?? none],
  ] as const;
}

const useStock = (network: string) => useResource<Stock>(`${pathOf(network)}/addresses`);
const shownStock = ({ free, low }: Stock): Child => (low ? html`${free} ${state(manual.low)}` : free);

/** Imported deposit addresses that no customer has. */
export function FreeAddresses({ network }: { readonly network: string }): Child {
  const { data } = useStock(network);
  return data.value === undefined ? none : shownStock(data.value);
}
