/** @returns the first multiple of a period (ms) after a time. */
export function tickAfter(nowMs: number, everyMs: number): number {
  return (Math.floor(nowMs / everyMs) + 1) * everyMs;
}
