/** The permissions of a key. spec: a key may do everything unless it is restricted. */
export type Permission = 'reading' | 'trading' | 'withdrawals' | 'internal-transfers';
export const permissions: readonly Permission[] = ['reading', 'trading', 'withdrawals', 'internal-transfers'];
