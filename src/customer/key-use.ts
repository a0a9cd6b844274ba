/** Whether an API key may be used by a client. */
import { isListed } from '../http/address-list.ts';
import type { ApiKey } from './key-ring.ts';

const keyFormat = /^[A-Za-z0-9]{64}$/;

/** Whether a text can be an API key. */
export function isKeyText(text: string): boolean {
  return keyFormat.test(text);
}

/** Whether the key exists, has not expired, and may be used from the address. */
export function isUsable(key: ApiKey | undefined, ip: string, nowMs: number): key is ApiKey {
  if (key === undefined || (key.expiresAtMs !== null && nowMs >= key.expiresAtMs)) return false;
  return key.allowedAddresses === null || isListed(key.allowedAddresses, ip);
}
