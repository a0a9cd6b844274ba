/** Ids of what customers and operators refer to, the same from every store. */

/**
 * @param randomHex 20 hex digits, never the same twice.
 * @returns a source of ids: 32 lower-case hex characters, rising with time (ms), hard to guess.
 */
export function createRecordIds(nowMs: () => number, randomHex: () => string): () => string {
  let prefixMs = Number.NaN;
  let prefix = '';
  return () => {
    const now = nowMs();
    // Many ids of one commit share the millisecond.
    if (now !== prefixMs) {
      prefixMs = now;
      prefix = now.toString(16).padStart(12, '0');
    }
    return prefix + randomHex();
  };
}
