/** What becomes due in a world whose time stands still while it moves forward. */
import type { LabClock } from '../clock/lab-clock.ts';
import type { WorldState } from '../clock/world-time.ts';
import type { EnginePort } from './engine-port.ts';

/** Moves the time of the world forward, which must stand still, and does what becomes due meanwhile. */
export async function advanceTo({ world }: Pick<EnginePort, 'world'>, toMs: number): Promise<void> {
  for (let reachedMs = Number.NEGATIVE_INFINITY; reachedMs < toMs; )
    reachedMs = (await world.advanceWorld(toMs)).reachedMs;
}

/** Does what has become due by a time, and lets the time go on. */
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
