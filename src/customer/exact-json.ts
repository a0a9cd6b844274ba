/** Exact numbers in JSON: written digit by digit from integer units, never through a double. */
import { formatUnits } from '../contract/decimal.ts';

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** A JSON number, canonical: `0.04670582`, `1000`, no exponent. */
export function exactNumber(units: bigint, scale: number): unknown {
  return JSON.rawJSON(formatUnits(units, scale));
}

/** A JSON number from canonical decimal text. */
export function exactNumberOfText(text: string): unknown {
  return JSON.rawJSON(text);
}
