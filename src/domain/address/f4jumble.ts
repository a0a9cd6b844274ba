/**
 * F4Jumble (ZIP 316): a permutation of bytes in which every changed bit affects all others, so that two unified
 * addresses never look alike. It is four Feistel rounds with BLAKE2b; this is the inverse.
 */

import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { present } from '../../boundary/present.ts';

const blockLength = 64;
/** Shorter inputs are invalid. */
export const minJumbledLength = 48;

/** @param jumbled at least `minJumbledLength` bytes. */
export function unjumble(jumbled: Uint8Array): Uint8Array {
  const leftLength = Math.min(blockLength, Math.floor(jumbled.length / 2));
  const c = jumbled.subarray(0, leftLength);
  const d = jumbled.subarray(leftLength);
  const y = xor(c, hashToLeft(1, d, leftLength));
  const x = xor(d, expandToRight(1, y, d.length));
  const a = xor(y, hashToLeft(0, x, leftLength));
  return concatBytes(a, xor(x, expandToRight(0, a, d.length)));
}

function hashToLeft(round: number, right: Uint8Array, length: number): Uint8Array {
  return blake2b(right, { dkLen: length, personalization: personal('UA_F4Jumble_H', round, 0) });
}

function expandToRight(round: number, left: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let index = 0; blocks.length * blockLength < length; index++) {
    blocks.push(blake2b(left, { personalization: personal('UA_F4Jumble_G', round, index) }));
  }
  return concatBytes(...blocks).subarray(0, length);
}

function personal(name: string, round: number, index: number): Uint8Array {
  return concatBytes(utf8ToBytes(name), Uint8Array.of(round, index & 0xff, index >> 8));
}

function xor(one: Uint8Array, two: Uint8Array): Uint8Array {
  return one.map((byte, index) => byte ^ present(two[index]));
}
