/** Adds an operator, who gets access by a one-time link. */

import { reject } from '../../contract/errors.ts';
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import { linkEnd } from '../../domain/operator/one-time-link.ts';
import { operatorNamed } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { isUnconfirmedBy } from './operator-rules.ts';

/** A secret of which only the hash is known here. `atMs`: wire time. */
export type NewLink = { readonly secretHash: string; readonly atMs: number };

export type OperatorCreation = {
  readonly operator: Operator;
  readonly name: string;
  readonly roles: readonly OperatorRole[];
  readonly link: NewLink;
};

export type OperatorLinked = { readonly row: Row<'operators'>; readonly linkExpiresAt: number };

export const createOperator: Command<OperatorCreation, OperatorLinked, 'operator-exists'> = {
  name: 'operator-create',
  prefetch: [({ name }) => [operatorNamed(name)]],
  decide({ operator, name, roles, link }, rows, context) {
    if (rows.one(operatorNamed(name)) !== undefined) return reject('operator-exists', { name });
    const work = new UnitOfWork(rows, context);
    const row = newOperator(context.ids.recordId(), name, roles, link.atMs);
    work.write({ insert: 'operators', row });
    const linkExpiresAt = addLink(work, row, link, isUnconfirmedBy(operator, context.nowMs));
    work.audit(operator, 'operator-create', name, { id: row.id, roles });
    return work.reply({ row, linkExpiresAt });
  },
};

export function newOperator(
  id: string,
  name: string,
  roles: readonly OperatorRole[],
  atMs: number,
): Row<'operators'> {
  return {
    id,
    name,
    roles,
    state: 'invited',
    passwordHash: null,
    createdAt: atMs,
    lastSeenAt: null,
    unconfirmedUntil: null,
  };
}

/** Replaces the link that the operator may have. @returns its end. */
export function addLink(
  work: UnitOfWork,
  { id: operatorId }: Row<'operators'>,
  { secretHash, atMs }: NewLink,
  unconfirmed: boolean,
): number {
  const expiresAt = linkEnd(atMs);
  work.write({
    put: 'operator_links',
    row: { operatorId, secretHash, createdAt: atMs, expiresAt, unconfirmed },
  });
  return expiresAt;
}
