import type { WorldState } from '../../clock/world-time.ts';
import type { WorldAtRest } from '../../store/world-image.ts';
import type { SavedFaults } from '../saved-faults.ts';

/** What a snapshot keeps, and what a fork and a restored world begin with. */
export type SavedWorld = WorldAtRest & {
  readonly time: WorldState;
  /** How many ids of records were drawn. */
  readonly drawn: number;
  /** Undefined: there were none. */
  readonly faults?: SavedFaults | undefined;
};

/** A running clock runs on from the time that it had. */
export function goingOn(saved: SavedWorld, machineMs: number): SavedWorld {
  const { time, atMs } = saved;
  return time.frozenAt === null ? { ...saved, time: { ...time, aheadMs: atMs - machineMs } } : saved;
}
