/** The generated parts of docs/operators.md: roles, permissions, and who may call each operation. */
import { followEvents } from '../../src/contract/operator-events.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import {
  type OperationAccess,
  operatorPermissions,
  operatorRoles,
  permissionsOfRecovery,
  rolePermissions,
} from '../../src/contract/operator-permissions.ts';
import { permissionsOfRoles } from '../../src/domain/operator/principal.ts';
import { publicPaths } from '../../src/operator/operator-routing.ts';
import { table } from './table.ts';

export function roleTable(): string {
  const rows = operatorRoles.map((role) => [
    `\`${role}\``,
    rolePermissions[role].map((each) => `\`${each}\``).join(', '),
  ]);
  return table(['Role', 'Permissions'], rows);
}

export function permissionTable(): string {
  const rows = Object.entries(operatorPermissions).map(([name, meaning]) => [`\`${name}\``, meaning]);
  return table(['Permission', 'What it allows'], rows);
}

/** A row for each operation, a column for each role. */
export function accessTable(): string {
  const rows = [...operatorOperations, followEvents]
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
    .map(({ method, path, permission, needsProof }) => [
      `\`${method} ${path.replace('/operator/v1', '')}\``,
      `${isNamed(permission) ? `\`${permission}\`` : describe(permission)}${needsProof ? ', proof' : ''}`,
      ...operatorRoles.map((role) =>
        mark(isNamed(permission) ? permissionsOfRoles([role]).has(permission) : true),
      ),
      mark(permission !== 'session'),
      mark(isNamed(permission) ? permissionsOfRecovery.includes(permission) : permission !== 'session'),
    ]);
  const free = publicPaths.map((path) => [
    `\`GET ${path}\` of the port`,
    describe('public'),
    ...operatorRoles.map(() => mark(true)),
    mark(true),
    mark(true),
  ]);
  return table(['Operation', 'Needs', ...operatorRoles, 'bootstrap', 'recovery'], [...rows, ...free]);
}

function isNamed(permission: OperationAccess): permission is keyof typeof operatorPermissions {
  return Object.hasOwn(operatorPermissions, permission);
}

function describe(permission: string): string {
  if (permission === 'public') return 'nothing';
  return permission === 'session' ? 'a session' : 'authentication';
}

const mark = (isAllowed: boolean) => (isAllowed ? 'yes' : '403');
