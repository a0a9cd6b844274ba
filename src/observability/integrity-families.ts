/** The metrics of the integrity report. */
import type { Family } from './metric-family.ts';

export const integrityFamilies: readonly Family[] = [
  {
    name: 'bursar_integrity_checked_timestamp_seconds',
    help: 'Unix time as of which the last integrity report was made.',
    type: 'gauge',
    read: ({ integrity }) => integrity && [[{}, integrity.at / 1000]],
  },
  {
    name: 'bursar_integrity_failing',
    help: 'Whether the last integrity report has failed, by check: mismatches between the books and the transfers, or custody that does not cover the balances.',
    type: 'gauge',
    read: ({ integrity }) =>
      integrity && [
        [{ check: 'books' }, Number(!integrity.ok)],
        [{ check: 'custody' }, Number(!integrity.solvent)],
      ],
  },
];
