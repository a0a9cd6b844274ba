/**
 * The lookups that commands use, by name. Each is served by a primary key or another index, which its comment names after
 * the colon unless it is obvious.
 */
import type { Wallet } from '../domain/ledger/ledger.ts';
import type { Lookup } from './port.ts';

/** Limit of lookups that only count the rows that prevent a change. */
export const maxCounted = 1000;

/** The size of an account's address book. */
export const maxAddressBookEntries = 200;

/** A master can open virtual sub-accounts until it has this many sub-accounts of any kind. */
export const maxSubAccounts = 1000;

/** A master can create keys of a sub-account until that has this many keys. */
export const maxKeysOfSubAccount = 30;

export const accountById = (id: number): Lookup<'accounts'> => ({ table: 'accounts', where: { id } });
export const accountByEmail = (email: string): Lookup<'accounts'> => ({
  table: 'accounts',
  where: { email },
});
export const accountSwitchesOf = (accountId: number): Lookup<'account_switches'> => ({
  table: 'account_switches',
  where: { accountId },
});
export const accountTagsOf = (accountId: number): Lookup<'account_tags'> => ({
  table: 'account_tags',
  where: { accountId },
});
export const pendingChange = (id: string): Lookup<'pending_changes'> => ({
  table: 'pending_changes',
  where: { id },
});
export const balanceOf = (accountId: number, asset: string, wallet: Wallet = 'spot'): Lookup<'balances'> => ({
  table: 'balances',
  where: { accountId, asset, wallet },
});
export const closedDay = (day: number): Lookup<'closed_days'> => ({ table: 'closed_days', where: { day } });
/** The custody of an asset on all its networks: few rows, by the primary key. */
export const custodyOf = (asset: string): Lookup<'custody'> => ({ table: 'custody', where: { asset } });
export const balancesOfAsset = (asset: string): Lookup<'balances'> => ({
  table: 'balances',
  where: { asset },
});
export const familyTransferOfClient = (
  masterId: number,
  clientId: string,
): Lookup<'sub_account_transfers'> => ({ table: 'sub_account_transfers', where: { masterId, clientId } });
export const withdrawalById = (id: string): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { id },
});
/** The attempts of a withdrawal, in the order in which they were stored; empty if it has at most one transaction. */
export const attemptsOf = (withdrawalId: string): Lookup<'withdrawal_attempts'> => ({
  table: 'withdrawal_attempts',
  where: { withdrawalId },
});
export const chainReservationOf = (network: string, resource: string): Lookup<'chain_reservations'> => ({
  table: 'chain_reservations',
  where: { network, resource },
});
export const quorumOf = (withdrawalId: string): Lookup<'withdrawal_quorums'> => ({
  table: 'withdrawal_quorums',
  where: { withdrawalId },
});
export const keyOperatorOf = (withdrawalId: string): Lookup<'withdrawal_key_operators'> => ({
  table: 'withdrawal_key_operators',
  where: { withdrawalId },
});
/** The approvals of a withdrawal, at most `maxApprovers`: the unique key of withdrawal and operator. */
export const approvalsOf = (withdrawalId: string): Lookup<'withdrawal_approvals'> => ({
  table: 'withdrawal_approvals',
  where: { withdrawalId },
});
/** The claims of a withdrawal, in the order of their generations. */
export const claimsOf = (withdrawalId: string): Lookup<'withdrawal_claims'> => ({
  table: 'withdrawal_claims',
  where: { withdrawalId },
});
export const claimById = (id: string): Lookup<'withdrawal_claims'> => ({
  table: 'withdrawal_claims',
  where: { id },
});
export const attemptOfTransaction = (network: string, txId: string): Lookup<'withdrawal_attempts'> => ({
  table: 'withdrawal_attempts',
  where: { network, txId },
});
export const withdrawalByOrderId = (accountId: number, orderId: string): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { accountId, orderId },
});
export const questionnaireOf = (withdrawalId: string): Lookup<'withdrawal_questionnaires'> => ({
  table: 'withdrawal_questionnaires',
  where: { withdrawalId },
});
/** Withdrawals of an account since a time, ms: withdrawals_by_account. */
export const withdrawalsSince = (accountId: number, sinceMs: number): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { accountId },
  since: { field: 'appliedAt', value: sinceMs },
});
/** Open withdrawals on a network, of one asset or all, at most `maxCounted`: withdrawals_by_stage. */
export const openWithdrawalsOn = (network: string, asset?: string): Lookup<'withdrawals'> => ({
  table: 'withdrawals',
  where: { network, ...(asset !== undefined && { asset }) },
  among: 'open',
  limit: maxCounted,
});
/** Open deposits on a network, of one asset or all, at most `maxCounted`: deposits_in_progress. */
export const openDepositsOn = (network: string, asset?: string): Lookup<'deposits'> => ({
  table: 'deposits',
  where: { network, ...(asset !== undefined && { asset }) },
  among: 'open',
  limit: maxCounted,
});
/** Addresses issued in an address group, at most `maxCounted`: the primary key. */
export const addressesOfGroup = (addressGroup: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { addressGroup },
  limit: maxCounted,
});
/** Finds out whether an address belongs to this exchange, with any tag: the primary key. */
export const ownAddress = (addressGroup: string, addressKey: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { addressGroup, addressKey },
  limit: 1,
  assume: 'none',
});
export const depositAddressAt = (
  addressGroup: string,
  addressKey: string,
  addressTag: string,
): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { addressGroup, addressKey, addressTag },
});
/** The addresses of an account in a group, including retired ones: deposit_addresses_by_account. */
export const depositAddressesOf = (accountId: number, addressGroup: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { accountId, addressGroup },
});
export const pooledAddress = (
  addressGroup: string,
  addressKey: string,
  addressTag: string,
): Lookup<'address_pool'> => ({ table: 'address_pool', where: { addressGroup, addressKey, addressTag } });
/** Finds out whether an address was imported, with any tag: the unique key. */
export const importedAddress = (addressGroup: string, addressKey: string): Lookup<'address_pool'> => ({
  table: 'address_pool',
  where: { addressGroup, addressKey },
  limit: 1,
  assume: 'none',
});
/** An entry of an account's address book: the primary key. */
export const addressBookEntry = (
  accountId: number,
  asset: string,
  network: string,
  addressKey: string,
  addressTag: string,
): Lookup<'address_book'> => ({
  table: 'address_book',
  where: { accountId, asset, network, addressKey, addressTag },
});
/** The address book of an account, at most `maxAddressBookEntries`: the primary key. */
export const addressBookOf = (accountId: number): Lookup<'address_book'> => ({
  table: 'address_book',
  where: { accountId },
  limit: maxAddressBookEntries,
});
/** The sub-accounts of a master, at most `maxSubAccounts`: accounts_by_master. */
export const subAccountsOf = (masterId: number): Lookup<'accounts'> => ({
  table: 'accounts',
  where: { masterId },
  limit: maxSubAccounts,
});
/** The keys of a sub-account, at most `maxKeysOfSubAccount`: api_keys_by_account. */
export const keysOfSubAccount = (accountId: number): Lookup<'api_keys'> => ({
  table: 'api_keys',
  where: { accountId },
  limit: maxKeysOfSubAccount,
});
export const depositById = (id: string): Lookup<'deposits'> => ({ table: 'deposits', where: { id } });
export const depositOfOutput = (
  network: string,
  txId: string,
  outputIndex: number,
  asset: string,
): Lookup<'deposits'> => ({ table: 'deposits', where: { network, txId, outputIndex, asset } });
/** Finds out whether a transaction is recorded as a deposit: the unique key. */
export const depositOfTransaction = (network: string, txId: string): Lookup<'deposits'> => ({
  table: 'deposits',
  where: { network, txId },
  limit: 1,
});
export const apiKeyNamed = (apiKey: string): Lookup<'api_keys'> => ({
  table: 'api_keys',
  where: { apiKey },
});
/** Dust conversions of an account since a time, ms: dust_conversions_by_account. */
export const dustConversionsSince = (accountId: number, sinceMs: number): Lookup<'dust_conversions'> => ({
  table: 'dust_conversions',
  where: { accountId },
  since: { field: 'at', value: sinceMs },
});
export const dividendNumbered = (tranId: number): Lookup<'dividends'> => ({
  table: 'dividends',
  where: { tranId },
});
export const dividendShareOf = (tranId: number, accountId: number): Lookup<'dividend_shares'> => ({
  table: 'dividend_shares',
  where: { tranId, accountId },
});
/** All remaining shares of a dividend; only for use when few remain. The primary key. */
export const dividendSharesOf = (tranId: number): Lookup<'dividend_shares'> => ({
  table: 'dividend_shares',
  where: { tranId },
});
export const idempotencyKeyOf = (operation: string, idempotencyKey: string): Lookup<'idempotency_keys'> => ({
  table: 'idempotency_keys',
  where: { operation, idempotencyKey },
});
export const eventNumbered = (seq: number): Lookup<'event_log'> => ({ table: 'event_log', where: { seq } });
export const banOf = (ip: string): Lookup<'bans'> => ({ table: 'bans', where: { ip } });
/** The seals from `lastSeq` on: the primary key. */
export const transferSealsSince = (lastSeq: number): Lookup<'transfer_seals'> => ({
  table: 'transfer_seals',
  where: {},
  since: { field: 'lastSeq', value: lastSeq },
});
/** The latest stored definition of an asset, which the catalog may not have yet. */
export const assetNamed = (asset: string): Lookup<'assets'> => ({ table: 'assets', where: { asset } });
/** The latest stored definition of a network, locked until the commit. */
export const networkNamed = (network: string): Lookup<'networks'> => ({
  table: 'networks',
  where: { network },
});
export const chainCursorOf = (network: string): Lookup<'chain_cursors'> => ({
  table: 'chain_cursors',
  where: { network },
});
export const settingNamed = (name: string): Lookup<'settings'> => ({ table: 'settings', where: { name } });
export const operatorById = (id: string): Lookup<'operators'> => ({ table: 'operators', where: { id } });
export const operatorSessionById = (id: string): Lookup<'operator_sessions'> => ({
  table: 'operator_sessions',
  where: { id },
});
export const operatorTokenById = (id: string): Lookup<'operator_tokens'> => ({
  table: 'operator_tokens',
  where: { id },
});
/** All of them: there are few. */
export const everyOperator: Lookup<'operators'> = { table: 'operators', where: {} };
export const operatorNamed = (name: string): Lookup<'operators'> => ({ table: 'operators', where: { name } });
/** operator_sessions_by_operator */
export const sessionsOfOperator = (operatorId: string): Lookup<'operator_sessions'> => ({
  table: 'operator_sessions',
  where: { operatorId },
});
export const passkeyOf = (credentialId: string): Lookup<'operator_passkeys'> => ({
  table: 'operator_passkeys',
  where: { credentialId },
});
/** operator_passkeys_by_operator */
export const passkeysOfOperator = (operatorId: string): Lookup<'operator_passkeys'> => ({
  table: 'operator_passkeys',
  where: { operatorId },
});
export const linkOfOperator = (operatorId: string): Lookup<'operator_links'> => ({
  table: 'operator_links',
  where: { operatorId },
});
export const linkWithSecret = (secretHash: string): Lookup<'operator_links'> => ({
  table: 'operator_links',
  where: { secretHash },
});
/** operator_tokens_named */
export const operatorTokensNamed = (name: string): Lookup<'operator_tokens'> => ({
  table: 'operator_tokens',
  where: { name },
});
