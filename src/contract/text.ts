/** What counts as text, for every API. */

/** @returns whether a text has more than `maximum` code points, which is how JSON Schema counts. */
export function isLongerThan(text: string, maximum: number): boolean {
  // No text has more code points than code units: most need no counting.
  if (text.length <= maximum) return false;
  let length = 0;
  for (const _ of text) {
    length += 1;
    if (length > maximum) return true;
  }
  return false;
}

/** @returns what is wrong with a text that not every database and encoding can keep, or null. */
export function problemOfText(text: string): string | null {
  if (text.includes('\0')) return 'must not contain the character U+0000';
  return text.isWellFormed() ? null : 'must be valid Unicode, without lone surrogates';
}
