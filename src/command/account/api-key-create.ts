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
import type { Command, Decided, DecisionContext } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { makerOf } from '../approver-of.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { canonicalRanges } from './ip-allow-list.ts';
import type { RegisteredKey } from './public-key.ts';

/** The key that verifies signatures: the encrypted secret of an HMAC key, or a public key. */
export type Credential =
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
    const { email: _, ...key } = creation;
    return addKey(
      account,
      { ...key, apiKey, ipAllowList, name: '' },
      operator,
      new UnitOfWork(rows, context),
      context,
    );
  },
};

type NewKey = Credential &
  Pick<ApiKeyCreation, 'apiKey' | 'permissions' | 'ipAllowList' | 'expiresAtMs' | 'demo'> & {
    readonly name: string;
  };

/** @param key its `ipAllowList` is in canonical form. */
export function addKey(
  { id, email }: Row<'accounts'>,
  { apiKey, name, permissions: allowed, ipAllowList, expiresAtMs, demo, ...secret }: NewKey,
  operator: Operator,
  work: UnitOfWork,
  { nowMs }: DecisionContext,
): Decided<ApiKeyCreated> {
  const credential = credentialOf(secret);
  const limits = { permissions: allowed, ipAllowList, expiresAt: expiresAtMs, demo };
  const times = { createdAt: nowMs, updatedAt: nowMs };
  work.write({
    insert: 'api_keys',
    row: { apiKey, accountId: id, name, ...credential, ...times, ...limits, operator: makerOf(operator) },
  });
  work.audit(operator, 'api-key-create', email, { apiKey, keyType: credential.keyType, ...limits });
  return work.reply({
    apiKey,
    ...credential,
    permissions: allowed,
    ipAllowList,
    expiresAtMs,
    createdAtMs: nowMs,
  });
}

function credentialOf({ encryptedSecret, registered }: Credential) {
  return registered === undefined
    ? ({ keyType: 'hmac', encryptedSecret, publicKey: null } as const)
    : { ...registered, encryptedSecret: null };
}
