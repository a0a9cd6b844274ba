/** The rows that commands ask for, by name; each is served by a primary key or a unique index. */
import type { Lookup } from './port.ts';

/** Of what stands in the way of a change, so many are counted at most. */
export const maxCounted = 1000;

export const accountById = (id: number): Lookup<'accounts'> => ({ table: 'accounts', where: { id } });
export const accountByEmail = (email: string): Lookup<'accounts'> => ({
  table: 'accounts',
  where: { email },
});
export const balanceOf = (account_id: number, asset: string): Lookup<'balances'> => ({
  table: 'balances',
  where: { account_id, asset },
});
/** What is held of an asset on all its networks: few rows, by the primary key. */
export const custodyOf = (asset: string): Lookup<'custody'> => ({ table: 'custody', where: { asset } });
export const balancesOfAsset = (asset: string): Lookup<'balances'> => ({
  table: 'balances',
  where: { asset },
});
export const withdrawalById = (id: string): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { id },
});
export const withdrawalByOrderId = (account_id: number, order_id: string): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { account_id, order_id },
});
/** Withdrawals of an account since a time, ms: withdrawals_by_account. */
export const withdrawalsSince = (account_id: number, sinceMs: number): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { account_id },
  since: { column: 'applied_at', value: sinceMs },
});
/** Open withdrawals on a network, of all assets or one, as many as are worth counting: withdrawals_by_stage. */
export const openWithdrawalsOn = (network: string, asset?: string): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { network, ...(asset !== undefined && { asset }) },
  among: 'open',
  limit: maxCounted,
});
/** Deposits on a network that are not free yet: deposits_in_progress. */
export const openDepositsOn = (network: string, asset?: string): Lookup<'deposits'> => ({
  table: 'deposits',
  where: { network, ...(asset !== undefined && { asset }) },
  among: 'open',
  limit: maxCounted,
});
/** Addresses issued in an address group: the primary key. */
export const addressesOfGroup = (address_group: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { address_group },
  limit: maxCounted,
});
/** Whether an address is one of this exchange's, whatever the tag: the primary key. */
export const ownAddress = (address_group: string, address_key: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { address_group, address_key },
  limit: 1,
});
export const depositAddressAt = (
  address_group: string,
  address_key: string,
  address_tag: string,
): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { address_group, address_key, address_tag },
});
/** The addresses of an account in a group, retired ones too: deposit_addresses_by_account. */
export const depositAddressesOf = (
  account_id: number,
  address_group: string,
): Lookup<'deposit_addresses'> => ({ table: 'deposit_addresses', where: { account_id, address_group } });
export const depositById = (id: string): Lookup<'deposits'> => ({ table: 'deposits', where: { id } });
export const depositOfOutput = (
  network: string,
  tx_id: string,
  output_index: number,
  asset: string,
): Lookup<'deposits'> => ({ table: 'deposits', where: { network, tx_id, output_index, asset } });
export const apiKeyNamed = (api_key: string): Lookup<'api_keys'> => ({
  table: 'api_keys',
  where: { api_key },
});
/** Dust conversions of an account since a time, ms: dust_conversions_by_account. */
export const dustConversionsSince = (account_id: number, sinceMs: number): Lookup<'dust_conversions'> => ({
  table: 'dust_conversions',
  where: { account_id },
  since: { column: 'at', value: sinceMs },
});
export const dividendNumbered = (tran_id: number): Lookup<'dividends'> => ({
  table: 'dividends',
  where: { tran_id },
});
export const dividendShareOf = (tran_id: number, account_id: number): Lookup<'dividend_shares'> => ({
  table: 'dividend_shares',
  where: { tran_id, account_id },
});
/** Only where few are left: the primary key. */
export const dividendSharesOf = (tran_id: number): Lookup<'dividend_shares'> => ({
  table: 'dividend_shares',
  where: { tran_id },
});
export const idempotencyKeyOf = (operation: string, idempotency_key: string): Lookup<'idempotency_keys'> => ({
  table: 'idempotency_keys',
  where: { operation, idempotency_key },
});
export const banOf = (ip: string): Lookup<'bans'> => ({ table: 'bans', where: { ip } });
/** The seals from one on: the primary key. */
export const transferSealsSince = (last_seq: number): Lookup<'transfer_seals'> => ({
  table: 'transfer_seals',
  where: {},
  since: { column: 'last_seq', value: last_seq },
});
/** An asset as it is now, whatever the catalog says. */
export const assetNamed = (asset: string): Lookup<'assets'> => ({ table: 'assets', where: { asset } });
/** A network as it is now, and kept as it is until the commit. */
export const networkNamed = (network: string): Lookup<'networks'> => ({
  table: 'networks',
  where: { network },
});
export const settingNamed = (name: string): Lookup<'settings'> => ({ table: 'settings', where: { name } });
