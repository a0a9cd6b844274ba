/**
 * Uses a one-time link: the operator sets a password, or registers a passkey in the session that this opens. Earlier
 * means of access (password, passkeys, sessions) end, because somebody else may have them.
 */
import { reject } from '../../contract/errors.ts';
import { isAdministrator } from '../../domain/operator/administrators.ts';
import { unconfirmedEnd } from '../../domain/operator/unconfirmed-access.ts';
import {
  everyOperator,
  linkWithSecret,
  operatorById,
  passkeysOfOperator,
  sessionsOfOperator,
} from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { addSession, endSessions, type NewSession } from './new-session.ts';
import { selfOf } from './operator-rules.ts';
import type { SessionOpened } from './session-open.ts';

export type LinkUse = {
  /** Hash of the secret in the link. */
  readonly linkHash: string;
  /** Null: the operator signs in with passkeys only. */
  readonly passwordHash: string | null;
  readonly session: NewSession;
};

export const acceptOperatorLink: Command<LinkUse, SessionOpened, 'link-unknown'> = {
  name: 'operator-link-accept',
  // Two processes at a time would each let in a first administrator.
  needsLatest: true,
  changesLatest: true,
  prefetch: [
    ({ linkHash }) => [linkWithSecret(linkHash)],
    ({ linkHash }, rows) => {
      const link = rows.one(linkWithSecret(linkHash));
      if (link === undefined) return [];
      const { operatorId } = link;
      return [
        everyOperator,
        operatorById(operatorId),
        sessionsOfOperator(operatorId),
        passkeysOfOperator(operatorId),
      ];
    },
  ],
  decide({ linkHash, passwordHash, session }, rows, context) {
    const link = rows.one(linkWithSecret(linkHash));
    const operator = link && rows.one(operatorById(link.operatorId));
    if (operator === undefined || operator.state === 'disabled' || (link?.expiresAt ?? 0) <= session.atMs)
      return reject('link-unknown');
    const { id, name } = operator;
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'operator_links', key: { operatorId: id } });
    for (const { credentialId } of rows.all(passkeysOfOperator(id)))
      work.write({ delete: 'operator_passkeys', key: { credentialId } });
    const isFirst =
      operator.roles.includes('administrator') && !rows.all(everyOperator).some(isAdministrator);
    const unconfirmedUntil = link?.unconfirmed && !isFirst ? unconfirmedEnd(context.nowMs) : null;
    const set = { state: 'active', passwordHash, lastSeenAt: session.atMs, unconfirmedUntil } as const;
    work.write({ update: 'operators', key: { id }, set });
    endSessions(work, rows.all(sessionsOfOperator(id)));
    const password = passwordHash !== null;
    work.audit(selfOf(name), 'operator-link-accept', name, { password, unconfirmedUntil });
    const opened = addSession(work, operator, session, context);
    return work.reply({ operator: { ...operator, ...set }, session: opened });
  },
};
