/**
 * XRP Ledger: classic addresses (`r…`) and mainnet X-addresses (XLS-5), which contain a classic address and optionally
 * a destination tag. Both mean the classic address.
 */
import { base58xrp } from '@scure/base';
import { readBase58Check, writeBase58Check } from './base58check.ts';
import { type AddressFamily, readAs, shortText } from './family.ts';
import type { ReadAddress } from './rules.ts';
import { base58Letter } from './shapes.ts';

const version = 0;
const accountLength = 20;
const packedPrefix = [0x05, 0x44];
/** Prefix, account, flags, and a 64-bit tag whose upper half is zero. */
const packedLength = packedPrefix.length + accountLength + 1 + 8;

/** Accounts that have no key: zero, one, and those whose spelling contains NAME or NaN. */
const blackHoles: ReadonlySet<string> = new Set([
  'rrrrrrrrrrrrrrrrrrrrrhoLvTp',
  'rrrrrrrrrrrrrrrrrrrrBZbvji',
  'rrrrrrrrrrrrrrrrrNAMEtxvNvQ',
  'rrrrrrrrrrrrrrrrrrrn5RM1rHd',
]);

export const ripple: AddressFamily = {
  text: shortText,
  shape: () => `r${base58Letter}{20,40}|X${base58Letter}{40,50}`,
  read(text) {
    const payload = readBase58Check(base58xrp, text);
    if (payload === null) return null;
    const isClassic = payload.length === 1 + accountLength && payload[0] === version;
    return isClassic ? readAs(text, blackHoles.has(text)) : readPacked(payload);
  },
  ownerLength: accountLength,
  write,
  tagRule: { kind: 'number', maximum: 0xffff_ffff },
};

function write(account: Uint8Array): string {
  return writeBase58Check(base58xrp, Uint8Array.of(version, ...account));
}

function readPacked(payload: Uint8Array): ReadAddress | null {
  const isPacked = payload.length === packedLength && packedPrefix.every((byte, at) => byte === payload[at]);
  if (!isPacked) return null;
  const classic = write(payload.subarray(packedPrefix.length, packedPrefix.length + accountLength));
  const meaning = readAs(classic, blackHoles.has(classic));
  const hasTag = payload[packedPrefix.length + accountLength];
  const tag = Buffer.from(payload.subarray(-8)).readBigUInt64LE();
  if (hasTag === 0) return tag === 0n ? meaning : null;
  return hasTag === 1 && tag <= 0xffff_ffffn ? { ...meaning, tag: tag.toString() } : null;
}
