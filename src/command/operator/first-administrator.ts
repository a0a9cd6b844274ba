/**
 * Creates the first administrator, active at once. The caller has checked the one-time link of the start; it can be used
 * only once, because from then on there is an administrator.
 */
import { reject } from '../../contract/errors.ts';
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import { isAdministrator } from '../../domain/operator/administrators.ts';
import { everyOperator } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { addSession, type NewSession } from './new-session.ts';
import { newOperator } from './operator-create.ts';
import { selfOf } from './operator-rules.ts';
import type { SessionOpened } from './session-open.ts';

export type FirstAdministrator = {
  readonly name: string;
  /** With `administrator`. */
  readonly roles: readonly OperatorRole[];
  readonly passwordHash: string | null;
  readonly session: NewSession;
};

export const createFirstAdministrator: Command<
  FirstAdministrator,
  SessionOpened,
  'operator-exists' | 'link-unknown'
> = {
  name: 'first-administrator-create',
  // Two processes at a time would each create a first administrator.
  needsLatest: true,
  changesLatest: true,
  prefetch: [() => [everyOperator]],
  decide({ name, roles, passwordHash, session }, rows, context) {
    const known = rows.all(everyOperator);
    if (known.some(isAdministrator)) return reject('link-unknown');
    if (known.some((each) => each.name === name)) return reject('operator-exists', { name });
    const work = new UnitOfWork(rows, context);
    const row = {
      ...newOperator(context.ids.recordId(), name, roles, session.atMs),
      state: 'active',
      passwordHash,
      lastSeenAt: session.atMs,
    } as const;
    work.write({ insert: 'operators', row });
    work.audit(selfOf(name), 'first-administrator-create', name, { id: row.id, roles });
    const opened = addSession(work, row, session, context);
    return work.reply({ operator: row, session: opened });
  },
};
