import type { Exchange } from '../../support/exchange.ts';
import type { OperationCall } from '../operation-call.ts';

async function recordBan({ server }: Exchange): Promise<void> {
  const now = Date.now();
  const ban = { ip: '2001:db8::/64', bannedUntilMs: now + 60_000, offences: 1, lastOffenceMs: now };
  await server.commands.submit('recordBan', ban);
}

/** The settings, the secrets and the bans. */
export const administrationCalls: readonly OperationCall[] = [
  {
    id: 'putSettings',
    action: 'settings-put',
    request: () => ({ path: '/settings', body: { dustIntervalHours: 6 } }),
  },
  { id: 'getSettings', request: () => ({ path: '/settings' }) },
  {
    id: 'putSystemStatus',
    action: 'settings-put',
    request: () => ({ path: '/system-status', body: { status: 0, msg: 'open again' } }),
  },
  { id: 'resealSecrets', action: 'secrets-reseal', request: () => ({ path: '/secrets/reseal', body: {} }) },
  { id: 'listBans', prepare: recordBan, request: () => ({ path: '/bans' }) },
  { id: 'deleteBan', action: 'ban-lift', request: () => ({ path: '/bans/2001%3Adb8%3A%3A1' }) },
];
