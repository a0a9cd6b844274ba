/**
 * Double entry: every change of a balance is a transfer between two ledger accounts of one asset, so the balances of
 * all ledger accounts of an asset sum to zero at every commit.
 *
 * A customer has two ledger accounts per asset, free and held, which are never negative. The exchange's own ledger
 * accounts (custody of each network, fee income, dust pool, adjustments) have no stored balance: they are sums over
 * transfers, so that withdrawals do not contend for one row. Balance = credits − debits; custody is therefore negative
 * by the amount that the exchange keeps on the chain.
 */
export type CustomerSide = 'free' | 'held';
export type LedgerAccount = string;

export const customerAccount = (accountId: number, side: CustomerSide): LedgerAccount =>
  `${accountId}:${side}`;

export const exchangeAccounts = {
  custody: (network: string): LedgerAccount => `custody:${network}`,
  fees: 'fees',
  dust: 'dust',
  adjustments: 'adjustments',
} as const;

/** @returns the customer's account and side, or null for ledger accounts of the exchange. */
export function customerOf(account: LedgerAccount): { accountId: number; side: CustomerSide } | null {
  const colon = account.indexOf(':');
  const side = account.slice(colon + 1);
  if (colon <= 0 || (side !== 'free' && side !== 'held')) return null;
  const accountId = Number(account.slice(0, colon));
  return Number.isSafeInteger(accountId) ? { accountId, side } : null;
}

export type TransferKind =
  | 'withdrawal-hold'
  | 'withdrawal-settle'
  | 'withdrawal-fee'
  | 'withdrawal-release'
  | 'withdrawal-internal'
  | 'deposit-credit'
  | 'deposit-unlock'
  | 'deposit-assign'
  | 'sub-account-transfer'
  | 'dust-convert'
  | 'dust-fee'
  | 'dividend'
  | 'adjustment'
  | 'custody-rebalance';
