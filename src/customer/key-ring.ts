/**
 * A cache of API keys with decrypted secrets and parsed restrictions. It is cleared when the store reports a change of
 * keys or accounts, and bypassed while the store cannot report changes.
 */
import { type Permission, permissions } from '../contract/operation.ts';
import { type AddressList, createAddressList } from '../http/address-list.ts';
import type { Reads } from '../store/reads.ts';
import { RecentMap } from '../store/recent-map.ts';
import type { Row } from '../store/tables.ts';
import { HmacKey } from './hmac-key.ts';

export type ApiKey = {
  readonly apiKey: string;
  readonly account: Row<'accounts'>;
  readonly secret: HmacKey;
  readonly permissions: ReadonlySet<Permission>;
  readonly expiresAtMs: number | null;
  /** null: any address. */
  readonly allowedAddresses: AddressList | null;
};

/** Keys per generation of the cache, which has two. A key takes 464 bytes, so the cache takes at most 93 MB. */
const maxKeys = 100_000;

export class KeyRing {
  readonly #reads: Reads;
  readonly #decryptSecret: (encrypted: string) => string;
  readonly #keys = new RecentMap<string, ApiKey>(maxKeys);
  readonly #isTrusted: () => boolean;
  /** Changes with every invalidation, so that rows read before it are not cached. */
  #generation = 0;

  constructor(reads: Reads, decryptSecret: (encrypted: string) => string, isTrusted = () => true) {
    this.#reads = reads;
    this.#decryptSecret = decryptSecret;
    this.#isTrusted = isTrusted;
  }

  /** @returns the key if it is cached, else a promise of it, or of undefined if it does not exist. */
  find(apiKey: string): ApiKey | Promise<ApiKey | undefined> {
    return (this.#isTrusted() ? this.#keys.get(apiKey) : undefined) ?? this.#load(apiKey);
  }

  forgetAll(): void {
    this.#keys.clear();
    this.#generation += 1;
  }

  async #load(apiKey: string): Promise<ApiKey | undefined> {
    const generation = this.#generation;
    const row = await this.#reads.row('api_keys', { apiKey });
    const account = row && (await this.#reads.row('accounts', { id: row.accountId }));
    if (row === undefined || account === undefined) return undefined;
    const allowList = row.ipAllowList;
    const key: ApiKey = {
      apiKey,
      account,
      secret: new HmacKey(this.#decryptSecret(row.encryptedSecret)),
      permissions: sharedSet(row.permissions),
      expiresAtMs: row.expiresAt,
      allowedAddresses: allowList.length === 0 ? null : createAddressList(allowList),
    };
    if (generation === this.#generation) this.#keys.set(apiKey, key);
    return key;
  }
}

const permissionSets = new Map<string, ReadonlySet<Permission>>();

/** Keys with equal permissions share one set. */
function sharedSet(granted: readonly Permission[]): ReadonlySet<Permission> {
  const known = permissions.filter((permission) => granted.includes(permission));
  const name = known.join();
  const set = permissionSets.get(name) ?? new Set(known);
  permissionSets.set(name, set);
  return set;
}
