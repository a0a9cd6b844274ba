/** Moves the frozen time of a world forward, and does the work that becomes due. */
import type { LabClock } from '../clock/lab-clock.ts';
import type { WorldState } from '../clock/world-time.ts';
import type { EnginePort } from './engine-port.ts';

/** Moves the time of the world forward, which must be frozen, and does the work that becomes due meanwhile. */
export async function advanceTo({ world }: Pick<EnginePort, 'world'>, toMs: number): Promise<void> {
  for (let reachedMs = Number.NEGATIVE_INFINITY; reachedMs < toMs; )
    reachedMs = (await world.advanceWorld(toMs)).reachedMs;
}

/** Does the work that has become due by a time, and then sets the state of the time. */
export async function catchUp(
  engine: Pick<EnginePort, 'world'>,
  clock: LabClock,
  toMs: number,
  state: WorldState,
): Promise<void> {
  await advanceTo(engine, toMs);
  clock.time.state = state;
  clock.world.reset();
  await engine.world.noteWorldTime();
}
