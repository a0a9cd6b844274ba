/**
 * Gives an account its deposit address for an asset and network: made on the first request, the same ever after. What to
 * make is proposed by the caller; an address or tag never belongs to two.
 */
import { reject } from '../contract/errors.ts';
import { defaultTagRule } from '../domain/address/address.ts';
import { type Destination, meaningOf } from '../domain/address/destination.ts';
import { type Catalog, networkOf } from '../domain/catalog.ts';
import { depositAddressAt, depositAddressOf } from '../store/lookups.ts';
import type { Command, Lookup } from '../store/port.ts';
import { Draft } from './draft.ts';

/** `addressTag` is "" where there is none. */
export type DepositAddress = { readonly address: string; readonly addressTag: string };

export type DepositAddressRequest = {
  readonly accountId: number;
  readonly asset: string;
  readonly network: string;
  readonly proposed: DepositAddress;
};

export const issueDepositAddress: Command<DepositAddressRequest, DepositAddress> = {
  name: 'deposit-address-issue',
  prefetch: [
    ({ accountId, asset, network, proposed }, _rows, { catalog }) => [
      depositAddressOf(accountId, asset, network),
      holderLookup(asset, network, proposed, catalog),
    ],
  ],
  decide({ accountId, asset, network, proposed }, rows, context) {
    const known = context.catalog.assets.get(asset);
    if (known === undefined) return reject('asset-unknown');
    if (networkOf(known, network) === undefined) {
      return reject('parameter-invalid', { parameter: 'network' });
    }
    const issued = rows.one(depositAddressOf(accountId, asset, network));
    if (issued !== undefined) {
      return { reply: { address: issued.address, addressTag: issued.address_tag }, writes: [] };
    }
    const holder = holderLookup(asset, network, proposed, context.catalog);
    // An operator brought the very same one for somebody else; the next proposal may do.
    if (rows.one(holder) !== undefined) return reject('not-done');
    const { key, tag } = destinationOf(asset, network, proposed, context.catalog);
    const draft = new Draft(rows, context);
    draft.write({
      insert: 'deposit_addresses',
      row: {
        network,
        address_key: key,
        address_tag: tag,
        address: proposed.address,
        account_id: accountId,
        asset,
        created_at: context.nowMs,
      },
    });
    return draft.reply({ address: proposed.address, addressTag: proposed.addressTag });
  },
};

/** Whose address it is already, if anybody's. */
export function holderLookup(
  asset: string,
  network: string,
  proposed: DepositAddress,
  catalog: Catalog,
): Lookup<'deposit_addresses'> {
  const { key, tag } = destinationOf(asset, network, proposed, catalog);
  return depositAddressAt(network, key, tag);
}

export function destinationOf(
  asset: string,
  network: string,
  { address, addressTag }: DepositAddress,
  catalog: Catalog,
): Destination {
  const known = catalog.assets.get(asset);
  const rules = known && networkOf(known, network);
  if (rules === undefined) return { key: address, tag: addressTag };
  return meaningOf(rules, defaultTagRule(rules.addressFormat), address, addressTag);
}
