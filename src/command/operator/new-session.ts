/** Opens and ends sessions of operators. The caller has checked the identity. */
import { endsOfNew } from '../../domain/operator/session.ts';
import type { DecisionContext } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { selfOf } from './operator-rules.ts';

export type NewSession = {
  readonly secretHash: string;
  readonly ip: string;
  readonly userAgent: string;
  /** The proof of identity: `password`, `link`, or `passkey` and the id of its credential. */
  readonly by: string;
  /** Wire time, ms. */
  readonly atMs: number;
};

/** The least recently used sessions of an operator end when there would be more. */
const maxSessions = 10;

/** @returns the new row. */
export function addSession(
  work: UnitOfWork,
  { id: operatorId, name }: Pick<Row<'operators'>, 'id' | 'name'>,
  { secretHash, ip, userAgent, by, atMs }: NewSession,
  { ids }: DecisionContext,
): Row<'operator_sessions'> {
  const times = { createdAt: atMs, seenAt: atMs, provedAt: atMs, ...endsOfNew(atMs) };
  const row = { id: ids.recordId(), secretHash, operatorId, ip, userAgent, provedBy: by, ...times };
  work.write({ insert: 'operator_sessions', row });
  work.audit(selfOf(name), 'operator-sign-in', name, { session: row.id, by, ip });
  return row;
}

/** The sessions that give way to a new one: those that have ended, and the least recently used of too many. */
export function surplusSessions(
  sessions: readonly Row<'operator_sessions'>[],
  atMs: number,
): readonly Row<'operator_sessions'>[] {
  const open = sessions.filter(({ idleUntil }) => idleUntil > atMs).sort((a, b) => b.seenAt - a.seenAt);
  const kept = new Set(open.slice(0, maxSessions - 1));
  return sessions.filter((session) => !kept.has(session));
}

export function endSessions(
  work: UnitOfWork,
  sessions: readonly Pick<Row<'operator_sessions'>, 'id'>[],
): void {
  for (const { id } of sessions) work.write({ delete: 'operator_sessions', key: { id } });
}
