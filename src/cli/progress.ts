/** Reports progress on standard error if an operation takes longer than two seconds. */
import { systemClock } from '../clock/system-clock.ts';

const everyMs = 2000;

export function createProgress(): (doing: string, rows: number, unit?: string) => void {
  let nextMs = systemClock.monotonic.now() + everyMs;
  return (doing, count, unit = 'rows') => {
    const nowMs = systemClock.monotonic.now();
    if (nowMs < nextMs) return;
    nextMs = nowMs + everyMs;
    console.error(`${doing} ${count.toLocaleString('en')} ${unit} so far …`);
  };
}
