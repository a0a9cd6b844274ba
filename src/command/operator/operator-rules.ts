/** Rules that several commands about operators share. */
import { reject } from '../../contract/errors.ts';
import { isUnconfirmed } from '../../domain/operator/unconfirmed-access.ts';
import type { Operator } from '../unit-of-work.ts';

export const noOperator = (name: string) => reject('operator-unknown', { name });

/** Whether the operator acts on themselves. */
export function isSelf({ principal }: Operator, operatorId: string): boolean {
  return principal?.kind === 'operator' && principal.operatorId === operatorId;
}

/**
 * Whether a link of this maker opens unconfirmed access: that of the bootstrap token, and of an operator whose own access
 * is unconfirmed. Whether the link is that of the first administrator is known only when it is used.
 */
export function isUnconfirmedBy({ principal }: Operator, nowMs: number): boolean {
  if (principal?.kind === 'bootstrap') return true;
  return principal?.kind === 'operator' && isUnconfirmed(principal.unconfirmedUntilMs, nowMs);
}

/** An operator who acts before a session authenticates them. */
export const selfOf = (name: string): Operator => ({ actor: `operator:${name}`, reason: '' });
