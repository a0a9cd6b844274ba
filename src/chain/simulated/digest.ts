/** A 32-byte digest of a list of texts. */
import { sha256 } from '../../domain/address/sha256.ts';

export function digest(...parts: readonly string[]): Uint8Array {
  return sha256(JSON.stringify(parts));
}
