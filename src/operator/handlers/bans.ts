import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/bans.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { canonicalRange, limitScope } from '../../domain/ip-address.ts';
import { implement } from '../handler.ts';

export const listBans = implement(operations.listBans, async (_input, _operator, parts) => {
  const nowMs = parts.clock.world.now();
  const rows = await parts.reads.rows('bans', {});
  return {
    bans: rows
      .filter((row) => row.bannedUntil > nowMs)
      .map((row) => ({
        ip: row.ip,
        bannedUntil: row.bannedUntil,
        remainingMs: row.bannedUntil - nowMs,
        offences: row.offences,
        lastOffenceAt: row.lastOffenceAt,
      })),
  };
});

export const deleteBan = implement(operations.deleteBan, async ({ path: { ip } }, operator, { commands }) => {
  const scope = scopeOfBan(ip);
  if (scope === null)
    return invalid('path.ip: must be an IPv4 or IPv6 address, or the /64 network of an IPv6 address');
  const outcome = unwrap(await commands.submit('liftBan', { operator, ip: scope }));
  return isRejection(outcome) ? outcome : { ip: scope, deleted: true };
});

/** @returns the banned address or network for any address in it, or for its notation in the list; null if invalid. */
function scopeOfBan(text: string): string | null {
  const range = canonicalRange(text);
  const [address = '', prefix] = range?.split('/') ?? [];
  const scope = range === null ? null : limitScope(address);
  return prefix === undefined || scope === range ? scope : null;
}
