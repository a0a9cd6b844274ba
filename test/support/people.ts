/** Operators who have signed in, and machines, as commands see them. */
import type { Operator } from '../../src/command/unit-of-work.ts';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';

export function person(id: string, ...roles: readonly OperatorRole[]): Operator {
  const proof = { by: 'password', atMs: 0, isFresh: true };
  const principal = { kind: 'operator', operatorId: id, name: id, roles, sessionId: 'a', proof } as const;
  return { actor: `operator:${id}`, reason: 'a test', principal };
}

export function machine(id: string, ...roles: readonly OperatorRole[]): Operator {
  const principal = { kind: 'token', tokenId: id, name: id, roles } as const;
  return { actor: `token:${id}`, reason: 'a test', principal };
}
