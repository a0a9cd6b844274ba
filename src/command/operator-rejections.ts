/** Rejections that several commands of operators share. */
import { reject } from '../contract/errors.ts';

export const noAccount = (email: string) => reject('account-unknown', { account: email });
export const noAsset = (asset: string) => reject('asset-unknown', { asset });
