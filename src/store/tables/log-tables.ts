/** Records of requests and commits: bans, idempotency keys, the audit trail, the event log. */

import { integer, json, table, text } from '../columns.ts';
import type { LoggedEvent, SeqRange } from '../logged-events.ts';

export const logTables = {
  bans: table({ ip: text(), bannedUntil: integer, offences: integer, lastOffenceAt: integer }, ['ip']),
  idempotency_keys: table(
    {
      operation: text(),
      idempotencyKey: text(),
      content: text(),
      reply: json<unknown>(),
      createdAt: integer,
    },
    ['operation', 'idempotencyKey'],
  ),
  audit: table(
    {
      seq: integer,
      at: integer,
      actor: text(),
      action: text(),
      subject: text(),
      reason: text(),
      details: json<unknown>(),
    },
    ['seq'],
  ),
  event_log: table(
    {
      seq: integer,
      at: integer,
      transfers: json<readonly SeqRange[]>(),
      events: json<readonly LoggedEvent[]>(),
    },
    ['seq'],
  ),
} as const;
