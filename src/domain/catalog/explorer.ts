/** Where people look up an address of a network. */
import type { Network } from './network.ts';

/**
 * The address of a page about an address. Each network has a domain of its own: clients recognise the network of a
 * deposit address by the domain.
 */
export function explorerPage(network: Network, address: string): string {
  return `${explorerPrefix(network)}${encodeURIComponent(address)}`;
}

export function explorerPrefix({ network, explorerUrl }: Network): string {
  return explorerUrl ?? `https://${domainOf(network)}.explorer.test/address/`;
}

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

const explorerDomain = (network: Network): string => new URL(explorerPrefix(network)).hostname;

/** Codes may have letters of any script, and `_`; a domain has neither. */
function domainOf(code: string): string {
  const letters = [...code.toLowerCase()].map((letter) =>
    /[a-z0-9-]/.test(letter) ? letter : `-${letter.codePointAt(0)?.toString(16)}`,
  );
  return letters.join('');
}
