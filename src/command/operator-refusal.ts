/** Rejections of operator requests: not found, conflict, and invalid input. */
import { reject } from '../contract/errors.ts';

export const noAccount = (email: string) => reject('account-unknown', { account: email });
export const noAsset = (asset: string) => reject('asset-unknown', { asset });
export const conflict = (reason: string) => reject('operator-conflict', { reason });
export const invalid = (reason: string) => reject('operator-invalid', { reason });
