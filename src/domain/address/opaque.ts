/** Networks without declared rules: any printable text without spaces is an address and is compared verbatim. */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AddressFamily } from './family.ts';

/** Characters of any script except control and invisible ones and lone surrogates. Up to 1,000 characters. */
export const freeText = /^[^\p{C}\p{Z}]{1,1000}$/u;

export const opaque: AddressFamily = {
  text: freeText,
  shape: () => '\\S+',
  read: (text) => ({ key: text }),
  ownerLength: 20,
  write: (owner) => `sim${bytesToHex(owner)}`,
  tagRule: { kind: 'text', maxBytes: 128 },
};
