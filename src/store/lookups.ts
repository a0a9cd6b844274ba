/**
 * The lookups that commands use, by name; those of addresses and of operators have files of their own. Each is served by
 * a primary key or another index, which its comment names after the colon unless it is obvious.
 */
import type { Wallet } from '../domain/ledger/ledger.ts';
import type { Lookup } from './port.ts';

/** Limit of lookups that only count the rows that prevent a change. */
export const maxCounted = 1000;

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
/** The tags of an account and its family, by the id of the master: account_tags_by_family. */
export const familyTagsOf = (family: number): Lookup<'account_tags'> => ({
  table: 'account_tags',
  where: { family },
  limit: maxCounted,
});
export const denialsOf = (accountId: number, day: number, rule: string): Lookup<'withdrawal_denials'> => ({
  table: 'withdrawal_denials',
  where: { accountId, day, rule },
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
