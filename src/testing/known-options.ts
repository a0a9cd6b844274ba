/** Rejects unknown options: if a misspelt one were ignored, a test would prove something else than it says. */
import { BursarError } from './bursar-error.ts';

/** @throws BursarError that names the options there are. */
export function rejectUnknown<T extends object>(
  call: string,
  given: T,
  known: Readonly<Record<keyof T, true>>,
): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new BursarError(`${call} has no option ${unknown}; there are ${Object.keys(known).join(', ')}.`);
}
