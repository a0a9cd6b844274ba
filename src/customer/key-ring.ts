/**
 * A cache of API keys with parsed public keys and parsed restrictions. A secret is decrypted by the first request that it
 * signs, because that takes as long as reading the key. Keys are forgotten when the store reports a change of them or of
 * their accounts, and all are bypassed while the store cannot report changes.
 */
import { type Permission, permissions } from '../contract/permission.ts';
import { type AddressList, createAddressList } from '../http/address-list.ts';
import type { Reads } from '../store/reads.ts';
import { RecentMap } from '../store/recent-map.ts';
import type { Row } from '../store/tables.ts';
import { PublicKey, SharedSecret, type SignatureKey } from './signature-key.ts';

export type ApiKey = {
  readonly apiKey: string;
  readonly account: Row<'accounts'>;
  readonly signatureKey: SignatureKey;
  readonly permissions: ReadonlySet<Permission>;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  /** The operator who created it, if one did. */
  readonly operator: string | undefined;
  /** null: any address. */
  readonly allowedAddresses: AddressList | null;
  /** The version of the ring in which the rows of key and account were read. */
  readonly version: number;
};

/**
 * Keys per generation of the cache, which has two. An HMAC key takes 511 bytes, and 464 once it has been used, so the
 * cache takes at most 102 MB of them; a public key takes up to about 1,600 bytes more.
 */
export const maxKeys = 100_000;
/** When more accounts than this have changed, the key ring forgets all keys and starts a new list of changed accounts. */
const maxChangedAccounts = 10_000;

export class KeyRing {
  readonly #reads: Reads;
  readonly #decryptSecret: (encrypted: string) => string;
  readonly #keys = new RecentMap<string, ApiKey>(maxKeys);
  readonly #isTrusted: () => boolean;
  /** For each account that has changed: keys that were read before this version are outdated. */
  readonly #changedAccounts = new Map<number, number>();
  /** Increases with every invalidation, so that rows read before it are not cached. */
  #version = 0;

  /** @param isTrusted whether the store reports changes at present; if not, cached keys are not used. */
  constructor(reads: Reads, decryptSecret: (encrypted: string) => string, isTrusted = () => true) {
    this.#reads = reads;
    this.#decryptSecret = decryptSecret;
    this.#isTrusted = isTrusted;
  }

  /** @returns the key if it is cached, else a promise of it, or of undefined if it does not exist. */
  find(apiKey: string): ApiKey | Promise<ApiKey | undefined> {
    const cached = this.#isTrusted() ? this.#keys.get(apiKey) : undefined;
    return cached === undefined || this.#isOutdated(cached) ? this.#load(apiKey) : cached;
  }

  forget(apiKey: string): void {
    this.#keys.delete(apiKey);
    this.#version += 1;
  }

  /** Forgets the keys of an account, which contain its row, without looking for them. */
  forgetAccount(accountId: number): void {
    this.#version += 1;
    this.#changedAccounts.set(accountId, this.#version);
    if (this.#changedAccounts.size > maxChangedAccounts) this.forgetAll();
  }

  forgetAll(): void {
    this.#keys.clear();
    this.#changedAccounts.clear();
    this.#version += 1;
  }

  #isOutdated({ account, version }: ApiKey): boolean {
    return version < (this.#changedAccounts.get(account.id) ?? 0);
  }

  /**
   * Reads the next keys, in the order of their names, into the cache.
   * @returns the last of them; undefined if there are no more.
   */
  async readAfter(apiKey: string, limit: number): Promise<string | undefined> {
    const version = this.#version;
    const rows = await this.#reads.apiKeysAfter(apiKey, limit);
    const accounts = await this.#reads.accountsOf(rows.map(({ accountId }) => accountId));
    for (const row of rows) {
      const account = accounts.get(row.accountId);
      if (account !== undefined && version === this.#version) this.#keepReadable(row, account, version);
    }
    return rows.length < limit ? undefined : rows.at(-1)?.apiKey;
  }

  async #load(apiKey: string): Promise<ApiKey | undefined> {
    const version = this.#version;
    const row = await this.#reads.row('api_keys', { apiKey });
    const account = row && (await this.#reads.row('accounts', { id: row.accountId }));
    if (row === undefined || account === undefined) return undefined;
    const key = this.#keyOf(row, account, version);
    if (version === this.#version) this.#keys.set(apiKey, key);
    return key;
  }

  /** A public key that cannot be parsed fails the request that needs it, not the keys read with it. */
  #keepReadable(row: Row<'api_keys'>, account: Row<'accounts'>, version: number): void {
    try {
      this.#keys.set(row.apiKey, this.#keyOf(row, account, version));
    } catch {}
  }

  #keyOf(row: Row<'api_keys'>, account: Row<'accounts'>, version: number): ApiKey {
    const allowList = row.ipAllowList;
    return {
      apiKey: row.apiKey,
      account,
      signatureKey: this.#signatureKeyOf(row),
      permissions: sharedSet(row.permissions),
      createdAtMs: row.createdAt,
      expiresAtMs: row.expiresAt,
      operator: row.operator ?? undefined,
      allowedAddresses: allowList.length === 0 ? null : createAddressList(allowList),
      version,
    };
  }

  #signatureKeyOf({ keyType, encryptedSecret, publicKey }: Row<'api_keys'>): SignatureKey {
    return keyType === 'hmac'
      ? new SharedSecret(() => this.#decryptSecret(String(encryptedSecret)))
      : new PublicKey(keyType, String(publicKey));
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
