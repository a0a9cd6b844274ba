/**
 * The permissions of operators, and their roles as sets of permissions. Every operation of the operator API declares
 * the permission that it needs; docs/operators.md is generated from both.
 */
import { keysOf } from '../boundary/record.ts';

/** The permissions, and what each allows. */
export const operatorPermissions = {
  view: 'See accounts, balances, deposits, withdrawals, reference data, reports and the audit trail.',
  'change-accounts': 'Open and change accounts, lock trading, record order events, lift bans.',
  'write-notes': 'Add notes to accounts.',
  'change-access': 'Create and revoke API keys of accounts, change address books and deposit addresses.',
  'help-withdrawals': 'Confirm or cancel a withdrawal on behalf of its customer.',
  'approve-withdrawals': 'Approve and reject withdrawals that await approval.',
  'send-withdrawals': 'Send the transaction of a withdrawal again, or fail the withdrawal.',
  'settle-withdrawals':
    'Claim withdrawals of manual networks and report what becomes of them; report deposits there.',
  'resolve-withdrawals':
    'Decide, as a person, about a withdrawal of a manual network whose outcome is unknown.',
  'import-addresses': 'Import deposit addresses of manual networks.',
  'book-money': 'Credit and debit accounts, pay dividends, assign, return and reverse deposits.',
  'change-rules': 'Define assets, networks, prices and symbols; change settings and the system status.',
  'change-policies': 'Change the approval policy and the tags of accounts.',
  'propose-changes': 'Propose changes for which a role gives the permission, and which need a second person.',
  'decide-changes': 'Approve and reject proposed changes, as far as the policy lets the role.',
  'run-chains': 'Make blocks, deposits and reorganisations on the simulated chains.',
  'use-lab': 'Break requests, move the clock, and read the verdict of the rehearsal lab.',
  'manage-secrets': 'Encrypt the stored secrets again after a change of the master key.',
  'manage-operators':
    'Create, change and disable operators; create and revoke API tokens of the operator API.',
} as const;
export type OperatorPermission = keyof typeof operatorPermissions;

export const allOperatorPermissions = keysOf(operatorPermissions);

/**
 * The access that an operation needs. Besides a permission: `public`, no authentication; `anyone`, any authentication;
 * `session`, the session of an operator.
 */
export type OperationAccess = OperatorPermission | 'public' | 'anyone' | 'session';

/** No role can both prepare a payment and approve it, and administrators do not move money. */
export const rolePermissions = {
  viewer: ['view'],
  support: [
    'view',
    'write-notes',
    'change-accounts',
    'help-withdrawals',
    'propose-changes',
    'decide-changes',
  ],
  treasurer: [
    'view',
    'write-notes',
    'book-money',
    'send-withdrawals',
    'settle-withdrawals',
    'resolve-withdrawals',
    'import-addresses',
    'propose-changes',
    'decide-changes',
    'run-chains',
  ],
  signer: ['view', 'settle-withdrawals', 'import-addresses', 'propose-changes'],
  approver: ['view', 'write-notes', 'approve-withdrawals', 'decide-changes'],
  administrator: [
    'view',
    'write-notes',
    'change-accounts',
    'change-access',
    'change-rules',
    'change-policies',
    'propose-changes',
    'decide-changes',
    'use-lab',
    'manage-secrets',
    'manage-operators',
  ],
} as const satisfies Readonly<Record<string, readonly OperatorPermission[]>>;
export type OperatorRole = keyof typeof rolePermissions;

export const operatorRoles = keysOf(rolePermissions);

/** The bootstrap token may do everything until an administrator exists, and then only this. */
export const permissionsOfRecovery: readonly OperatorPermission[] = ['manage-operators'];
