/** Exact numbers in JSON, which are formatted from integer units without using a double. */
import { formatUnits } from '../contract/decimal.ts';
import type { ExactNumber } from '../contract/schema.ts';

declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber;
  }
}

/** @returns a canonical JSON number without an exponent: `0.04670582`, `1000`. */
export function exactNumber(units: bigint, scale: number): ExactNumber {
  return JSON.rawJSON(formatUnits(units, scale));
}

/** @returns a JSON number from canonical decimal text. */
export function exactNumberOfText(text: string): ExactNumber {
  return JSON.rawJSON(text);
}
