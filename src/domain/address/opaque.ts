/** A network whose rules nobody declared: any printable text without blanks is an address, compared as it is written. */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AddressFamily } from './family.ts';

/** Of any script; no control character, no invisible one, no half of a surrogate pair. Up to 1,000 characters. */
export const freeText = /^[^\p{C}\p{Z}]{1,1000}$/u;

export const opaque: AddressFamily = {
  text: freeText,
  read: (text) => ({ key: text }),
  ownerLength: 20,
  write: (owner) => `sim${bytesToHex(owner)}`,
  tagRule: { kind: 'text', maxBytes: 128 },
};
