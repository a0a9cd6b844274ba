/** Records the use of a passkey, so that the same answer of the authenticator is never accepted twice. */
import { passkeyOf } from '../../store/operator-lookups.ts';
import type { Rows } from '../../store/port.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

export type PasskeyUse = {
  readonly credentialId: string;
  /** The counter of the authenticator after the use. */
  readonly counter: number;
  /** The time at which the challenge was issued (wire time, ms). */
  readonly challengedAt: number;
  readonly atMs: number;
};

/**
 * Needs the lookup `passkeyOf`. @returns false if a challenge that was issued then or later has already been used, or if
 * the passkey is not one of the operator.
 */
export function spendChallenge(
  { credentialId, counter, challengedAt, atMs }: PasskeyUse,
  operatorId: string,
  rows: Rows,
  work: UnitOfWork,
): boolean {
  const passkey = rows.one(passkeyOf(credentialId));
  if (passkey?.operatorId !== operatorId || passkey.challengedAt >= challengedAt) return false;
  const set = { counter, challengedAt, lastUsedAt: atMs };
  work.write({ update: 'operator_passkeys', key: { credentialId }, set });
  return true;
}
