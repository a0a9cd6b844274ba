/**
 * TON (TEP-2): raw addresses (`0:` and 64 hex digits) and user-friendly ones (36 bytes in Base64 or its URL-safe
 * variant, with a bounce flag). All of them mean the account; testnet-only addresses are rejected.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64, base64url } from '@scure/base';
import { crc16 } from './crc16.ts';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, isZero, readAs, shortText } from './family.ts';
import type { ReadAddress } from './rules.ts';

const bounceable = 0x11;
const nonBounceable = 0x51;
const accountLength = 32;
/** Flag, workchain, account, checksum. */
const friendlyLength = 2 + accountLength + 2;
/** The basic chain and the masterchain. */
const workchains = [0, -1];

export const ton: AddressFamily = {
  text: shortText,
  shape: () => '[A-Za-z0-9_/+-]{48}|(0|-1):[0-9a-fA-F]{64}',
  read: (text) => readRaw(text) ?? readFriendly(text),
  ownerLength: accountLength,
  write(account) {
    const bytes = Buffer.alloc(friendlyLength);
    bytes.set([nonBounceable, 0, ...account]);
    bytes.writeUInt16BE(crc16(bytes.subarray(0, -2)), friendlyLength - 2);
    return base64url.encode(bytes);
  },
  // A comment that fits into the first cell of a message.
  tagRule: { kind: 'text', maxBytes: 123 },
};

function readRaw(text: string): ReadAddress | null {
  const digits = /^(?:0|-1):([0-9a-fA-F]{64})$/.exec(text)?.[1];
  return digits === undefined ? null : readAs(text.toLowerCase(), /^0+$/.test(digits));
}

function readFriendly(text: string): ReadAddress | null {
  const coder = /[-_]/.test(text) ? base64url : base64;
  const decoded = decodeOrNull(() => coder.decode(text));
  if (decoded?.length !== friendlyLength) return null;
  const bytes = Buffer.from(decoded);
  if (bytes[0] !== bounceable && bytes[0] !== nonBounceable) return null;
  const workchain = bytes.readInt8(1);
  const isWhole = bytes.readUInt16BE(friendlyLength - 2) === crc16(bytes.subarray(0, -2));
  if (!isWhole || !workchains.includes(workchain)) return null;
  const account = bytes.subarray(2, 2 + accountLength);
  return readAs(`${workchain}:${bytesToHex(account)}`, isZero(account));
}
