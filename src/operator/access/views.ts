/** Operators and their sessions as the API shows them. */
import type { operatorView, sessionView } from '../../contract/operator/access/fields.ts';
import type { Static } from '../../contract/schema.ts';
import { permissionsOfRoles } from '../../domain/operator/principal.ts';
import type { Row } from '../../store/tables.ts';

export function viewOperator({
  id,
  name,
  roles,
  state,
  createdAt,
  lastSeenAt,
  unconfirmedUntil,
}: Row<'operators'>): Static<typeof operatorView> {
  return { id, name, roles: [...roles], state, createdAt, lastSeenAt, unconfirmedUntil };
}

export function viewSession({
  secretHash: _,
  operatorId: __,
  ...shown
}: Row<'operator_sessions'>): Static<typeof sessionView> {
  return shown;
}

export function viewSignedIn(operator: Row<'operators'>, session: Row<'operator_sessions'>) {
  return {
    operator: viewOperator(operator),
    permissions: [...permissionsOfRoles(operator.roles)],
    session: viewSession(session),
  };
}
