/** Lifts a ban and resets the count of offences, so that the next ban of the address is short again. */
import { reject } from '../../contract/errors.ts';
import { banOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type BanLifting = { readonly operator: Operator; readonly ip: string };

export const liftBan: Command<BanLifting, { readonly ip: string }, 'ban-unknown'> = {
  name: 'ban-lift',
  prefetch: [({ ip }) => [banOf(ip)]],
  decide({ operator, ip }, rows, context) {
    const ban = rows.one(banOf(ip));
    if (ban === undefined) return reject('ban-unknown', { ip });
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'bans', key: { ip } });
    work.audit(operator, 'ban-lift', ip, { bannedUntilMs: ban.bannedUntil, offences: ban.offences });
    return work.reply({ ip });
  },
};
