import { reject } from '../../../../contract/errors.ts';
import { capitalDepositAddressList } from '../../../../contract/sapi/capital/deposit-address-list.ts';
import { networkNamed } from '../../../../domain/catalog/catalog.ts';
import type { Row } from '../../../../store/tables.ts';
import { implement } from '../../../handler.ts';

export const capitalDepositAddressListHandler = implement(
  capitalDepositAddressList,
  async ({ coin, network }, { account }, { reads, catalog }) => {
    const asset = catalog().assets.get(coin);
    if (asset === undefined) return reject('asset-unknown', { asset: coin });
    const networks = asset.networks.filter((each) => network === undefined || each.network === network);
    if (networks.length === 0) return reject('network-unknown', { network: network ?? '', asset: coin });
    const groups = new Set(networks.map((each) => networkNamed(catalog(), each.network).addressGroup));
    const issued = await reads.rows('deposit_addresses', { accountId: account.id });
    return issued
      .filter(({ addressGroup }) => groups.has(addressGroup))
      .sort(currentFirst)
      .map(view);
  },
);

function currentFirst(one: Row<'deposit_addresses'>, other: Row<'deposit_addresses'>): number {
  return Number(one.retiredAt !== null) - Number(other.retiredAt !== null);
}

function view({ addressGroup, address, addressTag, retiredAt }: Row<'deposit_addresses'>) {
  return { coin: addressGroup, address, tag: addressTag, isDefault: retiredAt === null ? 1 : 0 };
}
