import type { WorldState } from '../../clock/world-time.ts';
import type { WorldAtRest } from '../../store/world-image.ts';
import type { SavedFaults } from '../saved-faults.ts';

/** The state that a snapshot keeps, and from which a fork and a restored world begin. */
export type SavedWorld = WorldAtRest & {
  readonly time: WorldState;
  /** Number of ids of records that were drawn. */
  readonly drawn: number;
  /** Undefined: there were none. */
  readonly faults?: SavedFaults | undefined;
};

/** A running clock continues from the time that it had. */
export function goingOn(saved: SavedWorld, machineMs: number): SavedWorld {
  const { time, atMs } = saved;
  return time.frozenAt === null ? { ...saved, time: { ...time, aheadMs: atMs - machineMs } } : saved;
}
