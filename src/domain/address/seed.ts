/**
 * Expands a 32-byte seed into the bytes that a derived address or transaction id needs. The same label and seed always
 * yield the same bytes; different labels yield unrelated bytes.
 */
import { hash } from 'node:crypto';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const seedBytes = 32;

export function expandSeed(label: string, seed: Uint8Array, length: number): Uint8Array {
  if (seed.length !== seedBytes)
    throw new RangeError(`a seed must have ${seedBytes} bytes, not ${seed.length}`);
  const prefix = utf8ToBytes(`${label}\0`);
  const blocks: Uint8Array[] = [];
  for (let index = 0; blocks.length * seedBytes < length; index++) {
    blocks.push(hash('sha256', concatBytes(prefix, Uint8Array.of(index), seed), 'buffer'));
  }
  return concatBytes(...blocks).subarray(0, length);
}
