/** JSON whose shape its writer guarantees: this program itself, or an API by its contract. */

/** @typeParam T the guaranteed type. Anything else that may arrive belongs in T, as optional or unknown. */
export function parseJson<T>(text: string): T {
  return JSON.parse(text) as T;
}
