import type { Arrival } from '../../src/domain/rate-limit.ts';

/** A request that arrives while the time on the wire is that of the world. */
export const at = (ms: number): Arrival => ({ wireMs: ms, nowMs: ms });
