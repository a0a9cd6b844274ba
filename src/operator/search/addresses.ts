/** Searches addresses that are not those of movements, in all of their spellings. */
import { readAddress } from '../../domain/address/address.ts';
import type { OperatorParts } from '../handler.ts';
import { emailsOf } from '../handlers/subject.ts';
import { type Found, firstOf, hitOf, maxHits } from './hit.ts';

type Place = { readonly group: string; readonly key: string; readonly network: string };

/** The address that the text is in each group of networks; the network is one of the group. */
function placesOf({ catalog }: Pick<OperatorParts, 'catalog'>, text: string): readonly Place[] {
  const places = new Map<string, Place>();
  for (const rules of catalog().networks.values()) {
    const { addressGroup: group, network } = rules;
    const key = readAddress(rules, text)?.key;
    if (key !== undefined && !places.has(`${group} ${key}`))
      places.set(`${group} ${key}`, { group, key, network });
  }
  return [...places.values()];
}

const withTag = (address: string, tag: string) => (tag === '' ? address : `${address} (${tag})`);

/** Addresses at which customers receive deposits, whatever their spelling. */
export async function findDepositAddresses(parts: OperatorParts, text: string): Promise<readonly Found[]> {
  const { reads } = parts;
  const rows = (
    await Promise.all(
      placesOf(parts, text).map(({ group, key }) => reads.depositAddressesAt(group, key, maxHits + 1)),
    )
  ).flat();
  const emailOf = await emailsOf(
    reads,
    rows.map(({ accountId }) => accountId),
  );
  return [
    firstOf(rows, ({ address, addressTag, accountId, retiredAt, createdAt: time }) => {
      const account = emailOf(accountId);
      const id = withTag(address, addressTag);
      const path = `/accounts/${encodeURIComponent(account)}/deposit-addresses`;
      const state = retiredAt === null ? 'active' : 'retired';
      return hitOf('deposit-address', id, 'address', path, { account, state, time });
    }),
  ];
}

/** Imported addresses that no customer has yet; the others are deposit addresses. */
export async function findImportedAddresses(parts: OperatorParts, text: string): Promise<readonly Found[]> {
  const found = await Promise.all(
    placesOf(parts, text).map(async ({ group, key, network }) => {
      const rows = await parts.reads.freeAddressesAt(group, key, maxHits + 1);
      return rows.map((row) => ({ ...row, network }));
    }),
  );
  return [
    firstOf(found.flat(), ({ address, addressTag, network, importedAt: time }) => {
      const path = `/networks/${encodeURIComponent(network)}/addresses`;
      return hitOf('imported-address', withTag(address, addressTag), 'address', path, {
        state: 'free',
        time,
      });
    }),
  ];
}

export async function findAddressBookEntries(parts: OperatorParts, text: string): Promise<readonly Found[]> {
  const keys = [...new Set(placesOf(parts, text).map(({ key }) => key))];
  if (keys.length === 0) return [];
  const rows = await parts.reads.addressBookEntriesAt(keys, maxHits + 1);
  const emailOf = await emailsOf(
    parts.reads,
    rows.map(({ accountId }) => accountId),
  );
  return [
    firstOf(rows, ({ address, addressTag, accountId, asset, whitelistedAt, createdAt: time }) => {
      const account = emailOf(accountId);
      const path = `/accounts/${encodeURIComponent(account)}/address-book`;
      const state = whitelistedAt === null ? null : 'whitelisted';
      return hitOf('address-book-entry', withTag(address, addressTag), 'address', path, {
        ...{ account, asset, state, time },
      });
    }),
  ];
}
