/** Stores the ban of an address, so that it survives a restart. */
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';

export type Ban = {
  readonly ip: string;
  readonly bannedUntilMs: number;
  readonly offences: number;
  readonly lastOffenceMs: number;
};

export const recordBan: Command<Ban, { readonly ip: string }> = {
  name: 'ban-record',
  prefetch: [],
  decide({ ip, bannedUntilMs, offences, lastOffenceMs }, rows, context) {
    const work = new UnitOfWork(rows, context);
    work.write({
      put: 'bans',
      row: { ip, bannedUntil: bannedUntilMs, offences, lastOffenceAt: lastOffenceMs },
    });
    return work.reply({ ip });
  },
};
