/** Keeps the findings of the last integrity report. */
import {
  type IntegrityFinding,
  type IntegrityRecord,
  integritySetting,
  recordOf,
} from '../command/settings/integrity-record.ts';
import type { EnginePort } from '../engine/engine-port.ts';

export type IntegrityMemory = {
  readonly last: () => Promise<IntegrityRecord | null>;
  readonly keep: (found: IntegrityFinding) => Promise<void>;
};

/** The memory for a world of the lab: a report about its books must not change it. */
export function rememberInProcess(): IntegrityMemory {
  let last: IntegrityRecord | undefined;
  return {
    last: async () => last ?? null,
    keep: async (found) => {
      last = recordOf(found, last);
    },
  };
}

export function rememberInDatabase({
  reads,
  commands,
}: Pick<EnginePort, 'reads' | 'commands'>): IntegrityMemory {
  /** The record that could not be stored, for example because the disk is full. */
  let unstored: IntegrityRecord | undefined;
  const stored = async () => {
    const row = await reads.row('settings', { name: integritySetting });
    // cast: only its command writes the setting.
    return row?.value as IntegrityRecord | undefined;
  };
  return {
    last: async () => unstored ?? (await stored()) ?? null,
    async keep(found) {
      const isStored = await commands.submit('recordIntegrity', found).then(
        (outcome) => 'done' in outcome,
        () => false,
      );
      unstored = isStored ? undefined : recordOf(found, unstored);
    },
  };
}
