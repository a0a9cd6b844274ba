/**
 * Changes the roles of an operator, or disables or enables them. Nobody changes themselves, and one administrator
 * remains.
 */
import { reject } from '../../contract/errors.ts';
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import { isLastAdministrator } from '../../domain/operator/administrators.ts';
import {
  everyOperator,
  linkOfOperator,
  operatorNamed,
  passkeysOfOperator,
  sessionsOfOperator,
} from '../../store/operator-lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { OperatorState, Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { endSessions } from './new-session.ts';
import { isSelf, noOperator } from './operator-rules.ts';

export type OperatorChange = {
  readonly operator: Operator;
  readonly name: string;
  readonly roles?: readonly OperatorRole[] | undefined;
  readonly disabled?: boolean | undefined;
};

type ChangeError = 'operator-unknown' | 'operator-self' | 'administrator-last' | 'change-empty';

export const changeOperator: Command<OperatorChange, Row<'operators'>, ChangeError> = {
  name: 'operator-change',
  // One process at a time, so that two administrators cannot disable each other.
  needsLatest: true,
  changesLatest: true,
  prefetch: [
    ({ name }) => [operatorNamed(name), everyOperator],
    ({ name }, rows) => {
      const row = rows.one(operatorNamed(name));
      return row === undefined
        ? []
        : [sessionsOfOperator(row.id), passkeysOfOperator(row.id), linkOfOperator(row.id)];
    },
  ],
  decide({ operator, name, ...change }, rows, context) {
    const before = rows.one(operatorNamed(name));
    if (before === undefined) return noOperator(name);
    if (change.roles === undefined && change.disabled === undefined) return reject('change-empty');
    if (isSelf(operator, before.id)) return reject('operator-self');
    const after = {
      ...before,
      roles: change.roles ?? before.roles,
      state: stateAfter(before, change.disabled, rows),
    };
    const removes = after.state === 'disabled' || !after.roles.includes('administrator');
    if (removes && isLastAdministrator(before, rows.all(everyOperator)))
      return reject('administrator-last', { name });
    const work = new UnitOfWork(rows, context);
    work.write({
      update: 'operators',
      key: { id: before.id },
      set: {
        ...(change.roles && { roles: after.roles }),
        ...(change.disabled !== undefined && { state: after.state }),
      },
    });
    if (after.state === 'disabled') revokeAccess(work, rows, before.id);
    const shown = ({ roles, state }: Row<'operators'>) => ({ roles, state });
    work.audit(operator, 'operator-change', name, { from: shown(before), to: shown(after) });
    return work.reply(after);
  },
};

function stateAfter(before: Row<'operators'>, disabled: boolean | undefined, rows: Rows): OperatorState {
  if (disabled === true) return 'disabled';
  if (disabled === undefined || before.state !== 'disabled') return before.state;
  const hasAccess = before.passwordHash !== null || rows.all(passkeysOfOperator(before.id)).length > 0;
  return hasAccess ? 'active' : 'invited';
}

/** The password and the passkeys stay, for the case that the operator is enabled again. */
function revokeAccess(work: UnitOfWork, rows: Rows, operatorId: string): void {
  endSessions(work, rows.all(sessionsOfOperator(operatorId)));
  if (rows.one(linkOfOperator(operatorId)) !== undefined)
    work.write({ delete: 'operator_links', key: { operatorId } });
}
