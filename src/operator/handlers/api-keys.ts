import { readPublicKey } from '../../command/account/public-key.ts';
import { unwrap } from '../../command/outcome.ts';
import { isRejection, type Rejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/api-keys.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { permissions as allPermissions } from '../../contract/permission.ts';
import { canonicalRange } from '../../domain/ip-address.ts';
import type { Row } from '../../store/tables.ts';
import { implement, orReplayed } from '../handler.ts';
import { accountNamed } from './subject.ts';

type ApiKeyView = OperatorReply<typeof operations.listApiKeys>['apiKeys'][number];

export const createApiKey = implement(
  operations.createApiKey,
  async (
    { path: { email }, body, idempotency },
    operator,
    { commands, makeKey, encryptSecret, decryptSecret },
  ) => {
    const { permissions = allPermissions, ipAllowList = [], expiresAt = null } = body;
    const rejection = checkAllowList(ipAllowList);
    if (rejection !== null) return rejection;
    const registered = body.publicKey === undefined ? undefined : readPublicKey(body.publicKey);
    if (registered && 'wrong' in registered) return invalid(`body.publicKey: ${registered.wrong}`);
    const { apiKey, secretKey } = makeKey();
    const outcome = unwrap(
      await commands.submit('createApiKey', {
        operator,
        email,
        apiKey,
        ...(registered ? { registered } : { encryptedSecret: encryptSecret(secretKey) }),
        permissions,
        ipAllowList,
        expiresAtMs: expiresAt,
        demo: false,
        idempotency,
      }),
    );
    if (isRejection(outcome)) return outcome;
    const { encryptedSecret, keyType, publicKey, expiresAtMs, createdAtMs, ...limits } = outcome.done;
    const reply = {
      apiKey: outcome.done.apiKey,
      ...(encryptedSecret !== null && { secretKey: decryptSecret(encryptedSecret) }),
      type: keyType,
      publicKey,
      permissions: [...limits.permissions],
      ipAllowList: [...limits.ipAllowList],
      expiresAt: expiresAtMs,
      createdAt: createdAtMs,
    };
    return orReplayed(reply, outcome.done);
  },
);

export const listApiKeys = implement(
  operations.listApiKeys,
  async ({ path: { email } }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const rows = await parts.reads.rows('api_keys', { accountId: account.id });
    return { apiKeys: rows.map(viewApiKey).sort((a, b) => a.createdAt - b.createdAt) };
  },
);

export const deleteApiKey = implement(
  operations.deleteApiKey,
  async ({ path: { email, apiKey } }, operator, { commands }) => {
    const outcome = unwrap(await commands.submit('revokeApiKey', { operator, email, apiKey }));
    return isRejection(outcome) ? outcome : { apiKey, deleted: true };
  },
);

function checkAllowList(entries: readonly string[]): Rejection<'operator-invalid'> | null {
  for (const [index, entry] of entries.entries()) {
    if (canonicalRange(entry) === null)
      return invalid(`body.ipAllowList[${index}]: '${entry}' is neither an IP address nor a CIDR range`);
  }
  return null;
}

export function viewApiKey(row: Row<'api_keys'>): ApiKeyView {
  return {
    apiKey: row.apiKey,
    type: row.keyType,
    publicKey: row.publicKey,
    permissions: [...row.permissions],
    ipAllowList: [...row.ipAllowList],
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
  };
}
