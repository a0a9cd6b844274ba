/** Records the time of the world of the rehearsal lab, so that the next start continues with it. */
import type { WorldState } from '../../clock/world-time.ts';
import type { Command } from '../../store/port.ts';

/** The name of the row in `settings`, which is not a setting of the exchange. */
export const labClockSetting = 'labClock';

export const recordLabClock: Command<WorldState, Record<never, never>> = {
  name: 'lab-clock-record',
  changesLatest: true,
  prefetch: [],
  decide: (state) => ({
    reply: {},
    writes: [{ put: 'settings', row: { name: labClockSetting, value: state } }],
  }),
};
