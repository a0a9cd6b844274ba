/**
 * Expands a 32-byte seed into the bytes that a derived address or transaction id needs. The same label and seed always
 * yield the same bytes; different labels yield unrelated bytes.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { sha256 } from './sha256.ts';

const seedBytes = 32;

export function expandSeed(label: string, seed: Uint8Array, length: number): Uint8Array {
  if (seed.length !== seedBytes)
    throw new RangeError(`a seed must have ${seedBytes} bytes, not ${seed.length}`);
  const prefixLength = Buffer.byteLength(label) + 1;
  const text = Buffer.alloc(prefixLength + 1 + seedBytes);
  text.write(label);
  text.set(seed, prefixLength + 1);
  const blocks: Uint8Array[] = [];
  for (let index = 0; blocks.length * seedBytes < length; index++) {
    text[prefixLength] = index;
    blocks.push(sha256(text));
  }
  const [block] = blocks;
  return (block && blocks.length === 1 ? block : concatBytes(...blocks)).subarray(0, length);
}
