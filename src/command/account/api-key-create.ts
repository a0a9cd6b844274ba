/**
 * Creates an API key for an account. The caller supplies the key and the encrypted secret, so that the plain secret
 * never appears in a decision, a row or the audit trail; or the public key of the customer, who alone has the private
 * one.
 */
import { isRejection, reject } from '../../contract/errors.ts';
import type { KeyType } from '../../contract/key-types.ts';
import { type Permission, permissions } from '../../contract/permission.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail, apiKeyNamed } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { noAccount } from '../operator-refusal.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { canonicalRanges } from './ip-allow-list.ts';
import type { RegisteredKey } from './public-key.ts';

/** What verifies signatures: the encrypted secret of an HMAC key, or a public key. */
type Credential =
  | { readonly encryptedSecret: string; readonly registered?: undefined }
  | { readonly encryptedSecret?: undefined; readonly registered: RegisteredKey };

export type ApiKeyCreation = Credential & {
  readonly operator: Operator;
  readonly email: string;
  readonly apiKey: string;
  readonly permissions: readonly Permission[];
  /** Addresses and CIDR ranges in any notation; empty: any address. */
  readonly ipAllowList: readonly string[];
  readonly expiresAtMs: number | null;
  /** Whether the key is a published demo key, which a production start rejects. */
  readonly demo: boolean;
};

/** The created key, without its secret in plain text. */
export type ApiKeyCreated = Pick<ApiKeyCreation, 'apiKey' | 'permissions' | 'ipAllowList' | 'expiresAtMs'> & {
  readonly keyType: KeyType;
  readonly encryptedSecret: string | null;
  readonly publicKey: string | null;
  readonly createdAtMs: number;
};

type CreationError = 'account-unknown' | 'permission-unknown' | 'ip-range-invalid' | 'api-key-exists';

export const createApiKey: Command<ApiKeyCreation, ApiKeyCreated, CreationError> = {
  name: 'api-key-create',
  prefetch: [({ email, apiKey }) => [accountByEmail(normaliseEmail(email)), apiKeyNamed(apiKey)]],
  decide({ operator, apiKey, ...creation }, rows, context) {
    const email = normaliseEmail(creation.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const unknown = creation.permissions.find((each) => !permissions.includes(each));
    if (unknown !== undefined) return reject('permission-unknown', { permission: unknown });
    const ipAllowList = canonicalRanges(creation.ipAllowList);
    if (isRejection(ipAllowList)) return ipAllowList;
    if (rows.one(apiKeyNamed(apiKey)) !== undefined) return reject('api-key-exists', { apiKey });
    const work = new UnitOfWork(rows, context);
    const limits = {
      permissions: creation.permissions,
      ipAllowList,
      expiresAt: creation.expiresAtMs,
      demo: creation.demo,
    };
    const credential = credentialOf(creation);
    work.write({
      insert: 'api_keys',
      row: {
        apiKey,
        accountId: account.id,
        name: '',
        ...credential,
        createdAt: context.nowMs,
        updatedAt: context.nowMs,
        ...limits,
      },
    });
    work.audit(operator, 'api-key-create', email, { apiKey, keyType: credential.keyType, ...limits });
    const { permissions: allowed, expiresAtMs } = creation;
    return work.reply({
      apiKey,
      ...credential,
      permissions: allowed,
      ipAllowList,
      expiresAtMs,
      createdAtMs: context.nowMs,
    });
  },
};

function credentialOf({ encryptedSecret, registered }: Credential) {
  return registered === undefined
    ? ({ keyType: 'hmac', encryptedSecret, publicKey: null } as const)
    : { ...registered, encryptedSecret: null };
}
