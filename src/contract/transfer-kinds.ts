/** The kinds of transfers. */
export const transferKinds = [
  'withdrawal-hold',
  'withdrawal-settle',
  'withdrawal-fee',
  'withdrawal-release',
  'withdrawal-internal',
  'deposit-credit',
  'deposit-unlock',
  'deposit-assign',
  'deposit-reverse',
  'owed-payment',
  'sub-account-transfer',
  'wallet-transfer',
  'dust-convert',
  'dust-fee',
  'dividend',
  'adjustment',
  'custody-rebalance',
] as const;

export type TransferKind = (typeof transferKinds)[number];
