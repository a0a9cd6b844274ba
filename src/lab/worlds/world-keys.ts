/** The API keys of worlds. Each key is issued by one world, so that a request is answered by the world of its key. */
import type { Permission } from '../../contract/permission.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';

/** A key as it is returned to the client. */
export type IssuedKey = { readonly email: string; readonly apiKey: string; readonly secretKey: string };

/** A key that a world does not have yet. */
export type MissingKey = Pick<
  Row<'api_keys'>,
  'apiKey' | 'keyType' | 'encryptedSecret' | 'publicKey' | 'ipAllowList' | 'expiresAt'
> & { readonly email: string; readonly permissions: readonly Permission[] };

/** An account that has keys, and the restrictions of the newest one. */
export type KeyHolder = Pick<MissingKey, 'email' | 'permissions' | 'ipAllowList' | 'expiresAt'> & {
  readonly apiKeys: readonly string[];
};

/** Maximum number of accounts for which a new world gets keys: the oldest ones. */
const maxHolders = 100;

export async function keyHolders(reads: Pick<Reads, 'rows'>): Promise<readonly KeyHolder[]> {
  const keys = Map.groupBy(await reads.rows('api_keys', {}), ({ accountId }) => accountId);
  const oldest = [...keys].sort(([one], [other]) => one - other).slice(0, maxHolders);
  const holders = await Promise.all(
    oldest.map(async ([id, own]) => {
      const newest = own.reduce((one, other) => (other.createdAt >= one.createdAt ? other : one));
      const { permissions, ipAllowList, expiresAt } = newest;
      const apiKeys = own.map(({ apiKey }) => apiKey);
      const accounts = await reads.rows('accounts', { id });
      return accounts.map(({ email }) => ({ email, permissions, ipAllowList, expiresAt, apiKeys }));
    }),
  );
  return holders.flat();
}

/** The rows of these keys, as keys that a restored world may lack. */
export async function keysToKeep(
  reads: Pick<Reads, 'rows'>,
  isOwn: (apiKey: string) => boolean,
): Promise<readonly MissingKey[]> {
  const rows = (await reads.rows('api_keys', {})).filter(({ apiKey }) => isOwn(apiKey));
  const accounts = new Map((await reads.rows('accounts', {})).map(({ id, email }) => [id, email]));
  return rows.flatMap(({ accountId, ...key }) => {
    const email = accounts.get(accountId);
    return email === undefined ? [] : [{ ...key, email }];
  });
}
