/** Marks the database as one of the rehearsal lab, so that no later start takes its balances for real ones. */
import { settingNamed } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';

/** The name of the row in `settings`, which is not a setting of the exchange. */
export const labSetting = 'lab';

type Marked = { readonly sinceMs: number };

/** The reply is the time of the first mark. */
export const recordLab: Command<Record<never, never>, Marked> = {
  name: 'lab-record',
  changesLatest: true,
  prefetch: [() => [settingNamed(labSetting)]],
  decide(_input, rows, { nowMs }) {
    const marked = rows.one(settingNamed(labSetting));
    // cast: only this command writes the setting.
    if (marked !== undefined) return { reply: marked.value as Marked, writes: [] };
    const value = { sinceMs: nowMs };
    return { reply: value, writes: [{ insert: 'settings', row: { name: labSetting, value } }] };
  },
};
