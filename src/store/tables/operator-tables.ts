/** The operators, and their means of authentication. Secrets are stored as hashes only. */
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import { flag, integer, json, nullable, table, text } from '../columns.ts';

/** `invited`: has neither password nor passkey yet. */
export type OperatorState = 'invited' | 'active' | 'disabled';

export const operatorTables = {
  operators: table(
    {
      id: text(),
      name: text(),
      roles: json<readonly OperatorRole[]>(),
      state: text<OperatorState>(),
      passwordHash: nullable(text()),
      createdAt: integer,
      lastSeenAt: nullable(integer),
      /** Until then, by the time of the world, the access does not count where several people are needed. */
      unconfirmedUntil: nullable(integer),
    },
    ['id'],
  ),
  operator_passkeys: table(
    {
      credentialId: text(),
      operatorId: text(),
      name: text(),
      /** COSE, base64url. */
      publicKey: text(),
      counter: integer,
      transports: json<readonly string[]>(),
      /** The host for which it was made. */
      rpId: text(),
      /** Challenges that were issued up to this time are spent. */
      challengedAt: integer,
      createdAt: integer,
      lastUsedAt: nullable(integer),
    },
    ['credentialId'],
  ),
  operator_sessions: table(
    {
      id: text(),
      secretHash: text(),
      operatorId: text(),
      createdAt: integer,
      seenAt: integer,
      idleUntil: integer,
      expiresAt: integer,
      ip: text(),
      userAgent: text(),
      provedAt: integer,
      provedBy: text(),
    },
    ['id'],
  ),
  /** The one-time link of an operator. Its use deletes it. */
  operator_links: table(
    {
      operatorId: text(),
      secretHash: text(),
      createdAt: integer,
      expiresAt: integer,
      /** Whether the access that it opens is unconfirmed. */
      unconfirmed: flag,
    },
    ['operatorId'],
  ),
  operator_tokens: table(
    {
      id: text(),
      secretHash: text(),
      name: text(),
      roles: json<readonly OperatorRole[]>(),
      ipAllowList: json<readonly string[]>(),
      expiresAt: nullable(integer),
      /** Null: created with the bootstrap token. */
      createdBy: nullable(text()),
      createdAt: integer,
      lastUsedAt: nullable(integer),
      revokedAt: nullable(integer),
    },
    ['id'],
  ),
} as const;
