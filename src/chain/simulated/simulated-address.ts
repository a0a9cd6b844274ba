/** Addresses of the simulated chains: deterministic for each owner, and nobody has their keys. */
import { deriveAddress, deriveTag, sharesAddress } from '../../domain/address/address.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { digest } from './digest.ts';

export type AddressOwner = { readonly addressGroup: string; readonly accountId: number };

/**
 * @param tagIndexOf returns a number that is unique to the owner and never changes; called only for networks with tags.
 */
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
  // On networks with tags, all accounts share one address and differ by tag.
  return {
    address: deriveAddress(network, digest('address', addressGroup)),
    addressTag: deriveTag(tag, await tagIndexOf({ addressGroup, accountId })),
  };
}
