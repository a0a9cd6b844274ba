/** The authenticated principal of a request of the operator API. */
import {
  allOperatorPermissions,
  type OperationAccess,
  type OperatorPermission,
  type OperatorRole,
  permissionsOfRecovery,
  rolePermissions,
} from '../../contract/operator-permissions.ts';

/** An operator with a session. */
export type SignedInOperator = {
  readonly kind: 'operator';
  /** The key of the row in `operators`. */
  readonly operatorId: string;
  readonly name: string;
  readonly roles: readonly OperatorRole[];
  readonly sessionId: string;
  readonly proof: Proof;
  /** The time until which the access is unconfirmed (world time, ms); null: it is confirmed. */
  readonly unconfirmedUntilMs: number | null;
};

/** The latest proof of identity in a session: the sign-in, or a repeated one. */
export type Proof = {
  /** `password`, `link`, or `passkey` and the id of its credential. */
  readonly by: string;
  /** Wire time, ms. */
  readonly atMs: number;
  /** Whether it was at most `freshProofMs` old when the request arrived. */
  readonly isFresh: boolean;
};

/** A machine with an API token. */
export type TokenHolder = {
  readonly kind: 'token';
  /** The key of the row in `operator_tokens`. */
  readonly tokenId: string;
  /** The id of the operator who created it; null: the holder of the bootstrap token. */
  readonly createdBy: string | null;
  readonly name: string;
  readonly roles: readonly OperatorRole[];
};

/** The holder of the bootstrap token: one person, whatever name it gives. */
export type BootstrapHolder = {
  readonly kind: 'bootstrap';
  /** From the header `X-Operator`, which nothing proves. */
  readonly name: string | null;
  /** Whether an administrator exists, so that the token is only for recovery. */
  readonly isRecovery: boolean;
};

export type Principal = SignedInOperator | TokenHolder | BootstrapHolder;

/** The time for which a proof of identity is fresh, ms. */
export const freshProofMs = 2 * 60_000;

/** A machine cannot prove that a person is present; the bootstrap token has nobody else to ask. */
export function isProved(principal: Principal): boolean {
  if (principal.kind === 'token') return false;
  return principal.kind === 'bootstrap' || principal.proof.isFresh;
}

export function permissionsOf(principal: Principal): ReadonlySet<OperatorPermission> {
  if (principal.kind === 'bootstrap')
    return new Set(principal.isRecovery ? permissionsOfRecovery : allOperatorPermissions);
  return permissionsOfRoles(principal.roles);
}

export function permissionsOfRoles(roles: readonly OperatorRole[]): ReadonlySet<OperatorPermission> {
  return new Set(roles.flatMap((role): readonly OperatorPermission[] => rolePermissions[role]));
}

export function isAllowed(principal: Principal, access: OperationAccess): boolean {
  if (access === 'session') return principal.kind === 'operator';
  return access === 'public' || access === 'anyone' || permissionsOf(principal).has(access);
}

/** Whether the roles alone permit the access: when a proposal is carried out, its proposer has no session. */
export function rolesAllow(roles: readonly OperatorRole[], access: OperationAccess): boolean {
  const needsNone = access === 'public' || access === 'anyone' || access === 'session';
  return needsNone || permissionsOfRoles(roles).has(access);
}

/** The name in the audit trail. */
export function actorOf(principal: Principal): string {
  if (principal.kind === 'bootstrap')
    return principal.name === null ? 'bootstrap' : `bootstrap:${principal.name}`;
  return `${principal.kind}:${principal.name}`;
}
