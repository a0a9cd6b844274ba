/** The permissions of a key. spec: a key may do everything unless it is restricted. */
export type Permission =
  | 'reading'
  | 'trading'
  | 'withdrawals'
  /** Between the accounts of a family. */
  | 'internal-transfers'
  /** Between the wallets of an account. */
  | 'universal-transfers';
export const permissions: readonly Permission[] = [
  'reading',
  'trading',
  'withdrawals',
  'internal-transfers',
  'universal-transfers',
];
