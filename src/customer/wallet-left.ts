import type { ServedTransferType } from '../contract/sapi/asset/transfer-types.ts';
import type { Wallet } from '../domain/ledger/ledger.ts';

/** The wallet that a transfer of this type leaves. */
export const walletLeft: Readonly<Record<ServedTransferType, Wallet>> = {
  MAIN_FUNDING: 'spot',
  FUNDING_MAIN: 'funding',
};
