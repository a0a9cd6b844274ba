/** A 32-byte digest of a list of texts. */
import { hash } from 'node:crypto';

export function digest(...parts: readonly string[]): Uint8Array {
  return hash('sha256', JSON.stringify(parts), 'buffer');
}
