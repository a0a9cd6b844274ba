/** Records the use of a session, which postpones its idle end. It never revives a session that has ended. */
import { idleEnd } from '../../domain/operator/session.ts';
import { operatorById, operatorSessionById } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';

/** `atMs`: wire time. */
export type SessionUse = { readonly sessionId: string; readonly operatorId: string; readonly atMs: number };

export const noteOperatorSessionUse: Command<SessionUse, object> = {
  name: 'operator-session-use',
  prefetch: [({ sessionId, operatorId }) => [operatorSessionById(sessionId), operatorById(operatorId)]],
  decide({ sessionId, operatorId, atMs }, rows) {
    const session = rows.one(operatorSessionById(sessionId));
    const operator = rows.one(operatorById(operatorId));
    const isOver = session === undefined || session.idleUntil <= atMs || session.seenAt >= atMs;
    if (isOver || operator === undefined) return { reply: {}, writes: [] };
    const set = { seenAt: atMs, idleUntil: idleEnd(atMs, session.expiresAt) };
    return {
      reply: {},
      writes: [
        { update: 'operator_sessions', key: { id: sessionId }, set },
        { update: 'operators', key: { id: operatorId }, set: { lastSeenAt: atMs } },
      ],
    };
  },
};
