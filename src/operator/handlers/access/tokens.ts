import { creatorOf } from '../../../command/approver-of.ts';
import { unwrap } from '../../../command/outcome.ts';
import { isRejection } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/access/tokens.ts';
import { invalid } from '../../../contract/operator-rejections.ts';
import type { Row } from '../../../store/tables.ts';
import { implementAccess } from '../../access/implement-access.ts';
import { hashOf, makeSecret } from '../../access/secret-hash.ts';

export const listTokens = implementAccess(operations.listTokens, async (_input, _operator, { reads }) => {
  const [tokens, operators] = await Promise.all([
    reads.rows('operator_tokens', {}),
    reads.rows('operators', {}),
  ]);
  const names = new Map(operators.map(({ id, name }) => [id, name]));
  const valid = tokens.filter(({ revokedAt }) => revokedAt === null);
  return { tokens: valid.map((row) => view(row, names.get(row.createdBy ?? '') ?? null)) };
});

export const createToken = implementAccess(
  operations.createToken,
  async (
    { body: { name, roles, ipAllowList = [], expiresAt = null } },
    operator,
    { commands, reads, access },
  ) => {
    const atMs = access.nowMs();
    if (expiresAt !== null && expiresAt <= atMs) return invalid('body.expiresAt: must be in the future');
    // Read before the commit: afterwards, a read that fails would lose the token.
    const creator = creatorOf(operator);
    const row = creator === null ? undefined : await reads.row('operators', { id: creator });
    const token = makeSecret('bursar_token');
    const outcome = unwrap(
      await commands.submit('createOperatorToken', {
        operator,
        name,
        roles,
        ipAllowList,
        expiresAtMs: expiresAt,
        secretHash: hashOf(token),
        atMs,
      }),
    );
    return isRejection(outcome) ? outcome : { ...view(outcome.done, row?.name ?? null), token };
  },
);

export const revokeToken = implementAccess(
  operations.revokeToken,
  async ({ path: { id } }, operator, { commands, access }) => {
    const revocation = { operator, id, atMs: access.nowMs() };
    const outcome = unwrap(await commands.submit('revokeOperatorToken', revocation));
    return isRejection(outcome) ? outcome : { id, revoked: true as const };
  },
);

function view(row: Row<'operator_tokens'>, createdBy: string | null) {
  const { id, name, roles, ipAllowList, expiresAt, createdAt, lastUsedAt } = row;
  return {
    id,
    name,
    roles: [...roles],
    ipAllowList: [...ipAllowList],
    expiresAt,
    createdBy,
    createdAt,
    lastUsedAt,
  };
}
