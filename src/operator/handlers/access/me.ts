import { unwrap } from '../../../command/outcome.ts';
import { isRejection } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/access/me.ts';
import { operatorRoles } from '../../../contract/operator-permissions.ts';
import { invalid } from '../../../contract/operator-rejections.ts';
import type { Catalog } from '../../../domain/catalog/catalog.ts';
import { actorOf, permissionsOf } from '../../../domain/operator/principal.ts';
import type { Row } from '../../../store/tables.ts';
import { implementAccess } from '../../access/implement-access.ts';
import { originOfPage } from '../../access/new-session.ts';
import { hashPassword } from '../../access/password.ts';
import { signedIn } from '../../access/signed-in.ts';
import { viewSession } from '../../access/views.ts';

export const getMe = implementAccess(
  operations.getMe,
  async (_input, { principal }, { reads, catalog, lab }) => {
    if (principal === undefined) throw new Error('nobody makes the request');
    const session =
      principal.kind === 'operator'
        ? await reads.row('operator_sessions', { id: principal.sessionId })
        : undefined;
    const roles =
      principal.kind !== 'bootstrap' ? principal.roles : principal.isRecovery ? [] : operatorRoles;
    return {
      kind: principal.kind,
      actor: actorOf(principal),
      roles: [...roles],
      permissions: [...permissionsOf(principal)],
      features: [
        ...(lab === undefined ? [] : (['lab'] as const)),
        ...(hasManualNetwork(catalog()) ? (['manual-networks'] as const) : []),
      ],
      session: session === undefined ? null : viewSession(session),
    };
  },
);

const hasManualNetwork = ({ connectors }: Catalog) => [...connectors.values()].includes('manual');

export const listMySessions = implementAccess(
  operations.listMySessions,
  async (_input, operator, { reads, access }) => {
    const { operatorId, sessionId } = signedIn(operator);
    const nowMs = access.nowMs();
    const rows = await reads.rows('operator_sessions', { operatorId });
    const open = rows.filter(({ idleUntil }) => idleUntil > nowMs);
    return { current: sessionId, sessions: open.map(viewSession).sort((a, b) => b.seenAt - a.seenAt) };
  },
);

export const endMySession = implementAccess(
  operations.endMySession,
  async ({ path: { id } }, operator, { commands }) => {
    const { operatorId } = signedIn(operator);
    const end = { operator, operatorId, sessionId: id };
    const outcome = unwrap(await commands.submit('closeOperatorSession', end));
    return isRejection(outcome) ? outcome : { id, ended: true as const };
  },
);

export const putMyPassword = implementAccess(
  operations.putMyPassword,
  async ({ body: { password } }, operator, { commands }) => {
    const { operatorId, sessionId } = signedIn(operator);
    const passwordHash = await hashPassword(password);
    const change = { operator, operatorId, sessionId, passwordHash };
    const outcome = unwrap(await commands.submit('changeOperatorPassword', change));
    return isRejection(outcome) ? outcome : { changed: true as const };
  },
);

export const listMyPasskeys = implementAccess(
  operations.listMyPasskeys,
  async (_input, operator, { reads }) => {
    const { operatorId } = signedIn(operator);
    return { passkeys: (await reads.rows('operator_passkeys', { operatorId })).map(viewPasskey) };
  },
);

const registration = (sessionId: string) => `register ${sessionId}`;

export const getPasskeyOptions = implementAccess(
  operations.getPasskeyOptions,
  async (_input, operator, { reads, access }, { origin }) => {
    const { operatorId, name, sessionId } = signedIn(operator);
    const known = await reads.rows('operator_passkeys', { operatorId });
    const page = originOfPage(origin);
    const ceremony = { purpose: registration(sessionId), origin: page, nowMs: access.nowMs() };
    const options = await access.passkeys.registrationOptions(ceremony, { id: operatorId, name }, known);
    return isRejection<'operator-invalid'>(options) ? options : { options };
  },
);

export const registerPasskey = implementAccess(
  operations.registerPasskey,
  async ({ body: { name, response } }, operator, { commands, access }, { origin }) => {
    const { operatorId, sessionId } = signedIn(operator);
    const nowMs = access.nowMs();
    const ceremony = { purpose: registration(sessionId), origin: originOfPage(origin), nowMs };
    const verified = await access.passkeys.verifyRegistration(ceremony, response);
    if (verified === undefined)
      return invalid('body.response: is not a valid answer to a challenge of this session');
    const passkey = { ...verified, operatorId, name, createdAt: nowMs };
    const outcome = unwrap(await commands.submit('registerPasskey', { operator, passkey, sessionId }));
    return isRejection(outcome) ? outcome : viewPasskey(outcome.done);
  },
);

export const deleteMyPasskey = implementAccess(
  operations.deleteMyPasskey,
  async ({ path: { id } }, operator, { commands }) => {
    const { operatorId } = signedIn(operator);
    const outcome = unwrap(
      await commands.submit('deletePasskey', { operator, operatorId, credentialId: id }),
    );
    return isRejection(outcome) ? outcome : { id, deleted: true as const };
  },
);

function viewPasskey({ credentialId, name, rpId, createdAt, lastUsedAt }: Row<'operator_passkeys'>) {
  return { id: credentialId, name, host: rpId, createdAt, lastUsedAt };
}
