/**
 * Keeps the memory of V8 small while a server starts, in all threads (docs/adr/0026-start-memory.md).
 *
 * V8 doubles a young generation, in which a thread allocates, when as many bytes have survived in it as it holds, up
 * to two halves of 16 MB. The code that a start loads survives, so both threads would get room for garbage that a
 * server without load does not make. V8 also optimizes functions that only a start calls often: its compilers and
 * their results are another tenth of the resident memory. In production the compilers are not held, because requests
 * that arrive immediately after the start would be slower for some seconds.
 */
import { setFlagsFromString } from 'node:v8';

const growth = '--semi-space-growth-factor';

const compilers = ['maglev', 'turbofan'];

/** For the main thread, before it starts others. */
export function holdYoungGenerations(): void {
  setFlagsFromString(`${growth}=1`);
}

/**
 * For a thread that starts meanwhile, as its first step: in a thread that is created without the compilers, Maglev
 * would never compile concurrently. Both or none: code that Maglev compiles without Turbofan is never optimized
 * further.
 */
export function holdCompilers(): void {
  for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`);
}

/** From now on young generations grow by the default of V8. */
export function releaseYoungGenerations(): void {
  setFlagsFromString(`${growth}=2`);
}

export function releaseCompilers(): void {
  for (const compiler of compilers) setFlagsFromString(`--${compiler}`);
}
