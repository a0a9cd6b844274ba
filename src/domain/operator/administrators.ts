/** The administrators of the exchange. */
import type { OperatorRole } from '../../contract/operator-permissions.ts';

type Operator = { readonly id: string; readonly state: string; readonly roles: readonly OperatorRole[] };

export function isAdministrator({ state, roles }: Omit<Operator, 'id'>): boolean {
  return state === 'active' && roles.includes('administrator');
}

/** Whether nobody but the operator administers the exchange. */
export function isLastAdministrator(operator: Operator, all: readonly Operator[]): boolean {
  return isAdministrator(operator) && !all.some((each) => each.id !== operator.id && isAdministrator(each));
}
