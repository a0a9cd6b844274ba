import { capitalWithdrawAddressList } from '../../../../contract/sapi/capital/withdraw-address-list.ts';
import { isWhitelisted } from '../../../../domain/withdrawal/whitelist.ts';
import { implement } from '../../../handler.ts';

export const capitalWithdrawAddressListHandler = implement(
  capitalWithdrawAddressList,
  async (_values, { account }, { reads, catalog, clock }) => {
    const rows = await reads.rows('address_book', { accountId: account.id });
    const { settings } = catalog();
    const nowMs = clock.world.now();
    return rows
      .toSorted((one, other) => one.createdAt - other.createdAt)
      .map((row) => ({
        address: row.address,
        addressTag: row.addressTag,
        coin: row.asset,
        name: row.name,
        network: row.network,
        origin: row.origin,
        originType: row.originType,
        whiteStatus: isWhitelisted(row, settings, nowMs),
      }));
  },
);
