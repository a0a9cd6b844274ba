/** 32 bytes that stand for these texts, and for no others. */
import { createHash } from 'node:crypto';

export function digest(...parts: readonly string[]): Uint8Array {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
