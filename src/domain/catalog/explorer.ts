/** The pages of block explorers on which people look up an address of a network. */
import type { Catalog } from './catalog.ts';
import type { Network } from './network.ts';

type Connectors = Pick<Catalog, 'connectors'>;

/**
 * The address of a page about an address; "" if there is none. Each network has a domain of its own: clients recognise the
 * network of a deposit address by the domain.
 */
export function explorerPage(network: Network, address: string, connectors: Connectors): string {
  const prefix = explorerPrefix(network, connectors);
  return prefix && `${prefix}${encodeURIComponent(address)}`;
}

/** On a manual network, coins are real, and nothing made up is shown. */
export function explorerPrefix(network: Network, { connectors }: Connectors): string {
  const isReal = connectors.get(network.network) === 'manual';
  return network.explorerUrl ?? (isReal ? '' : madeUpPrefix(network));
}

const madeUpPrefix = ({ network }: Network) => `https://${domainOf(network)}.explorer.test/address/`;

/** @returns another network whose explorer has the same domain, if any. */
export function findSharedExplorer(
  network: Network,
  networks: ReadonlyMap<string, Network>,
): { readonly network: string; readonly domain: string } | undefined {
  const domain = explorerDomain(network);
  const other = [...networks.values()].find(
    (each) => each.network !== network.network && explorerDomain(each) === domain,
  );
  return other && { network: other.network, domain };
}

/** Also of a manual network without one: its connector may change. */
const explorerDomain = (network: Network): string =>
  new URL(network.explorerUrl ?? madeUpPrefix(network)).hostname;

/** Codes may have letters of any script, and `_`; a domain has neither. */
function domainOf(code: string): string {
  const letters = [...code.toLowerCase()].map((letter) =>
    /[a-z0-9-]/.test(letter) ? letter : `-${letter.codePointAt(0)?.toString(16)}`,
  );
  return letters.join('');
}
