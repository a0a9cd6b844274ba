/** Operators who have signed in, and machines, as commands see them. */
import { createHash } from 'node:crypto';
import { approverOf } from '../../src/command/approver-of.ts';
import type { Operator } from '../../src/command/unit-of-work.ts';
import type { OperatorPermission, OperatorRole } from '../../src/contract/operator-permissions.ts';
import type { Command, Write } from '../../src/store/port.ts';
import type { Row } from '../../src/store/tables.ts';
import type { Sql } from './database.ts';

export function person(id: string, ...roles: readonly OperatorRole[]): Operator {
  const proof = { by: 'password', atMs: 0, isFresh: true };
  const sessionId = `session of ${id}`;
  const access = { roles, sessionId, proof, unconfirmedUntilMs: null };
  const principal = { kind: 'operator', operatorId: id, name: id, ...access } as const;
  return { actor: `operator:${id}`, reason: 'a test', principal };
}

/** @param createdBy the id of an operator; null: created with the bootstrap token. */
export function machine(id: string, createdBy: string | null, ...roles: readonly OperatorRole[]): Operator {
  const principal = { kind: 'token', tokenId: id, createdBy, name: id, roles } as const;
  return { actor: `token:${id}`, reason: 'a test', principal };
}

/** The operator of a proposed change that another person approves now. */
export function onBehalf(
  { id, proposer, proposerToken: token, actor, reason }: Omit<Row<'pending_changes'>, 'seq'>,
  needs: OperatorPermission,
  operator: Operator,
  atMs = 1,
): Operator {
  const { actor: approvedBy, reason: why, principal } = operator;
  const by = {
    actor: approvedBy,
    reason: why,
    approver: approverOf(operator),
    principal,
    atMs,
    decidedAt: atMs,
  };
  return { actor, reason, proposal: { id, proposer, token, needs, by } };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Writes the rows behind people and machines, without which they cannot approve anything. */
export const admit: Command<{ readonly admitted: readonly Operator[] }, null, never> = {
  name: 'test-admit',
  prefetch: [],
  decide: ({ admitted }) => ({ reply: null, writes: admitted.flatMap(rowsOf) }),
};

function rowsOf({ principal }: Operator): Write[] {
  if (principal?.kind === 'operator') {
    const { operatorId: id, name, roles, sessionId } = principal;
    const times = { createdAt: 0, seenAt: 0, idleUntil: 1, expiresAt: 1, provedAt: 0, provedBy: 'password' };
    const client = { ip: '127.0.0.1', userAgent: 'a test' };
    const row = { id: sessionId, secretHash: hashOf(sessionId), operatorId: id, ...times, ...client };
    const secrets = { passwordHash: null, createdAt: 0, lastSeenAt: null, unconfirmedUntil: null };
    return [
      { insert: 'operators', row: { id, name, roles, state: 'active', ...secrets } },
      { insert: 'operator_sessions', row },
    ];
  }
  if (principal?.kind !== 'token') return [];
  const { tokenId: id, name, roles, createdBy } = principal;
  const times = { createdAt: 0, expiresAt: null, lastUsedAt: null, revokedAt: null };
  const row = { id, secretHash: hashOf(id), name, roles, createdBy, ipAllowList: [], ...times };
  return [{ insert: 'operator_tokens', row }];
}

/** Same for people and a server that is running. */
export async function admitBySql(sql: Sql, ...people: readonly Operator[]): Promise<void> {
  for (const { principal } of people) {
    if (principal?.kind !== 'operator') continue;
    const { operatorId: id, roles, sessionId } = principal;
    await sql.run(`
      INSERT INTO operators (id, name, roles, state, created_at)
        VALUES ('${id}', '${id}', '${JSON.stringify(roles)}', 'active', 0);
      INSERT INTO operator_sessions (id, secret_hash, operator_id, created_at, seen_at, idle_until, expires_at, ip,
          user_agent, proved_at, proved_by)
        VALUES ('${sessionId}', '${hashOf(sessionId)}', '${id}', 0, 0, 1, 1, '127.0.0.1', 'a test', 0, 'password');`);
  }
}
