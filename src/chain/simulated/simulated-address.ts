/** Addresses of the simulated chains: always the same for the same owner, and nobody holds their keys. */
import { deriveAddress, deriveTag, sharesAddress } from '../../domain/address/address.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { digest } from './digest.ts';

export type AddressOwner = { readonly addressGroup: string; readonly accountId: number };

/** @param tagIndexOf gives each owner a number of its own, and always the same; asked only where there are tags. */
export async function makeAddress(
  network: Network,
  accountId: number,
  tagIndexOf: (owner: AddressOwner) => number | Promise<number>,
): Promise<{ readonly address: string; readonly addressTag: string }> {
  const { addressFormat, addressGroup, tag } = network;
  if (!sharesAddress(addressFormat, tag)) {
    const seed = digest('address', addressGroup, String(accountId));
    return { address: deriveAddress(network, seed), addressTag: '' };
  }
  // Where the network has tags, all accounts share one address and differ by the tag.
  return {
    address: deriveAddress(network, digest('address', addressGroup)),
    addressTag: deriveTag(tag, await tagIndexOf({ addressGroup, accountId })),
  };
}
