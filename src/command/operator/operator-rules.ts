/** What several commands about operators share. */
import { reject } from '../../contract/errors.ts';
import type { Operator } from '../unit-of-work.ts';

export const noOperator = (name: string) => reject('operator-unknown', { name });

/** Whether the operator acts on themselves. */
export function isSelf({ principal }: Operator, operatorId: string): boolean {
  return principal?.kind === 'operator' && principal.operatorId === operatorId;
}

/** An operator who acts before a session authenticates them. */
export const selfOf = (name: string): Operator => ({ actor: `operator:${name}`, reason: '' });
