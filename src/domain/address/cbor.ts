/**
 * Reads the subset of CBOR (RFC 8949) that Byron addresses use: heads with an argument of at most 32 bits, and
 * definite-length byte strings. Only the shortest form is accepted, so that an address has one spelling. All readers
 * throw a RangeError if the bytes do not have the requested type or end too early.
 */
import { present } from '../../boundary/present.ts';

export const cborMajor = { unsigned: 0, bytes: 2, array: 4, map: 5, tag: 6 } as const;

/** By the low five bits of a head: the width of its argument, and the smallest value that needs this width. */
const argumentForms = new Map([
  [24, { width: 1, least: 24 }],
  [25, { width: 2, least: 0x100 }],
  [26, { width: 4, least: 0x1_0000 }],
]);

export function createCborReader(bytes: Uint8Array) {
  let at = 0;

  function take(length: number): Uint8Array {
    if (length > bytes.length - at) throw new RangeError('unexpected end of data');
    at += length;
    return bytes.subarray(at - length, at);
  }

  function readArgument(size: number): number {
    if (size < 24) return size;
    const form = argumentForms.get(size);
    if (!form) throw new RangeError('unsupported argument width');
    const value = take(form.width).reduce((sum, byte) => sum * 0x100 + byte, 0);
    if (value < form.least) throw new RangeError('not the shortest form');
    return value;
  }

  function readHead(major: number): number {
    const head = present(take(1)[0]);
    if (head >> 5 !== major) throw new RangeError('unexpected major type');
    return readArgument(head & 0x1f);
  }

  return {
    readHead,
    readBytes: () => take(readHead(cborMajor.bytes)),
    isAtEnd: () => at === bytes.length,
  };
}
