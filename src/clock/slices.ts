/** Long work on the main thread in short slices, most of the time resting, so that requests are served as if without it. */
import { pause, type Timeline } from './clock.ts';

const sliceMs = 2;
/** A rest is this many times as long as the slice before it, so the work takes at most a twentieth of the time. */
const restPerWork = 19;

/** @returns a function to call between small steps of the work; it rests when the slice is over. */
export function inSlices(time: Timeline): () => Promise<void> {
  let startMs = time.now();
  return async () => {
    const workedMs = time.now() - startMs;
    if (workedMs < sliceMs) return;
    await pause(time, Math.ceil(restPerWork * workedMs));
    startMs = time.now();
  };
}
