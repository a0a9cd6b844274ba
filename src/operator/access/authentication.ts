/**
 * Finds out who makes a request: the holder of the bootstrap token, a machine with an API token, or a person with a
 * session.
 *
 * Sessions and tokens end by wire time: they protect against people outside, for whom the lab's clock does not stand
 * still, and moving it must not sign anybody out.
 */
import type { Clock } from '../../clock/clock.ts';
import type { Commands } from '../../command/registry.ts';
import { freshProofMs, type Principal, type Proof } from '../../domain/operator/principal.ts';
import { createAddressList, isListed } from '../../http/address-list.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import type { AdministratorCheck } from './administrator-check.ts';
import { createTokenCheck } from './bootstrap-token.ts';
import { hashOf } from './secret-hash.ts';

export type AuthenticationParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly clock: Pick<Clock, 'wire'>;
  /** The bootstrap token. */
  readonly token: string;
  readonly administrators: AdministratorCheck;
};

/** The last use of sessions and tokens is recorded this precisely, so that few requests write. */
const usePrecisionMs = 60_000;

export class Authentication {
  readonly #parts: AuthenticationParts;
  readonly #isBootstrapToken: (authorization: string | undefined) => boolean;

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
    this.#isBootstrapToken = createTokenCheck(parts.token);
  }

  /**
   * @returns undefined if nobody has this token.
   * @throws StoreFault if the store does not answer.
   */
  async byBearer(authorization: string, ip: string): Promise<Principal | undefined> {
    if (!this.#isBootstrapToken(authorization)) return this.#tokenHolder(authorization, ip);
    return { kind: 'bootstrap', name: null, isRecovery: await this.#parts.administrators.exist() };
  }

  async #tokenHolder(authorization: string, ip: string): Promise<Principal | undefined> {
    const secret = bearerIn(authorization);
    if (secret === undefined) return undefined;
    const row = await this.#parts.reads.row('operator_tokens', { secretHash: hashOf(secret) });
    const nowMs = this.#parts.clock.wire.now();
    if (row === undefined || !isUsable(row, ip, nowMs)) return undefined;
    if (row.createdBy !== null && (await this.#isDisabled(row.createdBy))) return undefined;
    if (nowMs - (row.lastUsedAt ?? 0) >= usePrecisionMs)
      await this.#parts.commands.submit('noteOperatorTokenUse', { tokenId: row.id, atMs: nowMs });
    return { kind: 'token', tokenId: row.id, createdBy: row.createdBy, name: row.name, roles: row.roles };
  }

  /** For an operator who has a passkey, a password is no proof: somebody else may have learned it. */
  async #proofOf(
    { provedAt, provedBy, operatorId }: Row<'operator_sessions'>,
    nowMs: number,
  ): Promise<Proof> {
    const isRecent = nowMs - provedAt <= freshProofMs;
    const isFresh =
      isRecent && !(provedBy === 'password' && (await hasPasskey(this.#parts.reads, operatorId)));
    return { by: provedBy, atMs: provedAt, isFresh };
  }

  async #isDisabled(id: string): Promise<boolean> {
    return (await this.#parts.reads.row('operators', { id }))?.state === 'disabled';
  }

  /**
   * @param isUse whether the request keeps the session alive.
   * @returns undefined if there is no such session, or it has ended.
   * @throws StoreFault if the store does not answer.
   */
  async bySession(
    secret: string,
    { isUse = true }: { readonly isUse?: boolean } = {},
  ): Promise<Principal | undefined> {
    const { reads, clock, commands } = this.#parts;
    const session = await reads.row('operator_sessions', { secretHash: hashOf(secret) });
    const nowMs = clock.wire.now();
    if (session === undefined || session.idleUntil <= nowMs) return undefined;
    const operator = await reads.row('operators', { id: session.operatorId });
    if (operator?.state !== 'active') return undefined;
    if (isUse && nowMs - session.seenAt >= usePrecisionMs)
      await commands.submit('noteOperatorSessionUse', {
        sessionId: session.id,
        operatorId: operator.id,
        atMs: nowMs,
      });
    const { id: operatorId, name, roles, unconfirmedUntil: unconfirmedUntilMs } = operator;
    return {
      kind: 'operator',
      operatorId,
      name,
      roles,
      sessionId: session.id,
      proof: await this.#proofOf(session, nowMs),
      unconfirmedUntilMs,
    };
  }
}

export async function hasPasskey(reads: AuthenticationParts['reads'], operatorId: string): Promise<boolean> {
  return (await reads.rows('operator_passkeys', { operatorId })).length > 0;
}

function isUsable(
  { revokedAt, expiresAt, ipAllowList }: Row<'operator_tokens'>,
  ip: string,
  nowMs: number,
): boolean {
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= nowMs)) return false;
  return ipAllowList.length === 0 || isListed(createAddressList(ipAllowList), ip);
}

function bearerIn(authorization: string): string | undefined {
  return /^bearer +([!-~]{1,512}) *$/i.exec(authorization)?.[1];
}
