/** A 32-byte digest of a list of texts. */
import { createHash } from 'node:crypto';

export function digest(...parts: readonly string[]): Uint8Array {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
