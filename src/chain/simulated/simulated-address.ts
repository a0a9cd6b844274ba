/** Addresses of the simulated chains: always the same for the same owner, and nobody holds their keys. */
import {
  type AddressFormat,
  defaultTagRule,
  deriveAddress,
  deriveTag,
  sharesAddress,
} from '../../domain/address/address.ts';
import { digest } from './digest.ts';

export type AddressOwner = {
  readonly network: string;
  readonly accountId: number;
  readonly asset: string;
};

/** @param tagIndexOf gives each owner a number of its own, and always the same; asked only where there are tags. */
export async function makeAddress(
  format: AddressFormat,
  owner: AddressOwner,
  tagIndexOf: (owner: AddressOwner) => number | Promise<number>,
): Promise<{ readonly address: string; readonly addressTag: string }> {
  const { network, accountId, asset } = owner;
  const rules = { addressFormat: format };
  const tagRule = defaultTagRule(format);
  if (!sharesAddress(format, tagRule)) {
    const seed = digest('address', network, String(accountId), asset);
    return { address: deriveAddress(rules, seed), addressTag: '' };
  }
  // Where the network has tags, all accounts share one address and differ by the tag.
  return {
    address: deriveAddress(rules, digest('address', network)),
    addressTag: deriveTag(tagRule, await tagIndexOf(owner)),
  };
}
