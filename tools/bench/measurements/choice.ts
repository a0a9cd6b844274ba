/** The requested measurements in the order in which they run. */
import type { Options } from '../options.ts';
import { postgresYardsticks } from '../yardsticks/postgres.ts';
import { sqliteYardsticks } from '../yardsticks/sqlite.ts';
import { growthByAccounts } from './accounts.ts';
import { closedLoop } from './closed-loop.ts';
import { firstStart } from './first-start.ts';
import { growthByRows } from './growth-by-rows.ts';
import { idleLab } from './idle-lab.ts';
import { lists } from './lists.ts';
import type { Measurement } from './measurement.ts';
import { paced } from './paced.ts';
import { streams } from './streams.ts';
import { sustained } from './sustained.ts';
import { worlds } from './worlds.ts';

const accountCounts = [100, 1000, 10_000, 100_000];

export function chooseMeasurements(options: Options): readonly Measurement[] {
  const counts = accountCounts.filter((count) => count <= options.maxAccounts);
  return [
    ...(options.yardsticks ? [options.store === 'sqlite' ? sqliteYardsticks : postgresYardsticks] : []),
    // First, because other measurements refer to the peak.
    ...(options.peak ? [closedLoop] : []),
    ...(options.paced === undefined ? [] : [paced(options.paced)]),
    ...(options.sustained ? [sustained(options.confirmSeconds * 1000)] : []),
    ...(options.accounts ? [growthByAccounts(counts)] : []),
    ...(options.rows ? [growthByRows(options.withdrawals)] : []),
    ...(options.lists ? [lists(options.withdrawals)] : []),
    ...(options.streams ? [streams] : []),
    ...(options.firstStart ? [firstStart] : []),
    ...(options.worlds ? [worlds] : []),
    ...(options.lab ? [idleLab] : []),
  ];
}
