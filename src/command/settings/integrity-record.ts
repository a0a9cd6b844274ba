/** Records what an integrity report has found, so that all processes know it, also after a restart. */
import { settingNamed } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';

/** The name of the row in `settings`, which is not a setting of the exchange. */
export const integritySetting = 'integrity';

export type IntegrityFinding = {
  /** Time as of which the report was made, ms. */
  readonly at: number;
  readonly ok: boolean;
  readonly solvent: boolean;
  readonly mismatches: number;
};

/** `failingSince`: the time of the first of the reports that fail one after the other, ms; null: this one does not fail. */
export type IntegrityRecord = IntegrityFinding & { readonly failingSince: number | null };

export function recordOf(found: IntegrityFinding, before: IntegrityRecord | undefined): IntegrityRecord {
  const fails = !found.ok || !found.solvent;
  return { ...found, failingSince: fails ? (before?.failingSince ?? found.at) : null };
}

/** The reply is what is recorded now: of two reports, the later one. */
export const recordIntegrity: Command<IntegrityFinding, IntegrityRecord> = {
  name: 'integrity-record',
  changesLatest: true,
  prefetch: [() => [settingNamed(integritySetting)]],
  decide(found, rows) {
    // cast: only this command writes the setting.
    const before = rows.one(settingNamed(integritySetting))?.value as IntegrityRecord | undefined;
    if (before !== undefined && before.at > found.at) return { reply: before, writes: [] };
    const value = recordOf(found, before);
    return { reply: value, writes: [{ put: 'settings', row: { name: integritySetting, value } }] };
  },
};
