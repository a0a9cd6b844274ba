/** What several commands about operators share. */
import { reject } from '../../contract/errors.ts';
import { isUnconfirmed } from '../../domain/operator/unconfirmed-access.ts';
import type { Row } from '../../store/tables.ts';
import type { Operator } from '../unit-of-work.ts';

export const noOperator = (name: string) => reject('operator-unknown', { name });

/** Whether the operator acts on themselves. */
export function isSelf({ principal }: Operator, operatorId: string): boolean {
  return principal?.kind === 'operator' && principal.operatorId === operatorId;
}

/**
 * Whether the access that a link of this maker opens is unconfirmed: if the bootstrap token made it, unless it is for the
 * first administrator, or if the access of the maker is unconfirmed.
 */
export function isUnconfirmedBy(
  { principal }: Operator,
  { roles }: Pick<Row<'operators'>, 'roles'>,
  nowMs: number,
): boolean {
  if (principal?.kind === 'bootstrap') return principal.isRecovery || !roles.includes('administrator');
  return principal?.kind === 'operator' && isUnconfirmed(principal.unconfirmedUntilMs, nowMs);
}

/** An operator who acts before a session authenticates them. */
export const selfOf = (name: string): Operator => ({ actor: `operator:${name}`, reason: '' });
