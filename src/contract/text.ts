/** Rules for text that apply to every API. */

/** @returns whether a text has more than `maximum` code points, the unit of length in JSON Schema. */
export function isLongerThan(text: string, maximum: number): boolean {
  // A text never has more code points than code units, so most texts need no counting.
  if (text.length <= maximum) return false;
  let length = 0;
  for (const _ of text) {
    length += 1;
    if (length > maximum) return true;
  }
  return false;
}

/** @returns the rule that a text violates if some database or encoding cannot store it, otherwise null. */
export function problemOfText(text: string): string | null {
  if (text.includes('\0')) return 'must not contain the character U+0000';
  return text.isWellFormed() ? null : 'must be valid Unicode, without lone surrogates';
}

/** @returns a time in ms as ISO 8601 text in UTC. */
export function isoTime(atMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a time that is given
  return new Date(atMs).toISOString();
}
