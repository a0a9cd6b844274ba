/**
 * Zcash unified addresses (ZIP 316): several receivers of one owner in one text, jumbled and encoded in Bech32m. The
 * meaning of an address is the set of its receivers; with a single one it is the same as that receiver's own address.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { bech32m } from '@scure/base';
import { readBech32 } from './bech32.ts';
import { minJumbledLength, unjumble } from './f4jumble.ts';
import type { ReadAddress } from './rules.ts';
import { meaningOfScript } from './script.ts';

type Item = { readonly typecode: number; readonly bytes: Uint8Array };

const maxLength = 1000;
const paddingLength = 16;
/** By typecode 0 to 3: P2PKH, P2SH, Sapling, Orchard. */
const receiverLengths = [20, 20, 43, 43];
const firstShielded = 2;
/** Items from here to 0xfc are metadata; from 0xe0 on, metadata that every sender must understand. */
const firstMetadata = 0xc0;
const firstMandatory = 0xe0;
const lastMetadata = 0xfc;

/** Human-readable parts, and the receivers that their addresses may contain. */
const kinds = [
  { hrp: 'u', hasTransparent: true, needsShielded: true },
  { hrp: 'zu', hasTransparent: false, needsShielded: true },
  { hrp: 'tu', hasTransparent: true, needsShielded: false },
];

export function readUnifiedAddress(text: string): ReadAddress | null {
  for (const kind of kinds) {
    const jumbled = readBech32(bech32m, kind.hrp, text, maxLength);
    if (jumbled === null || jumbled.length < minJumbledLength) continue;
    const items = readItems(unjumble(jumbled), kind.hrp);
    return items && areReceivers(items, kind) ? meaningOf(items) : null;
  }
  return null;
}

/** Items in ascending order of typecode, each at most once; then the human-readable part, padded with zeros. */
function readItems(bytes: Uint8Array, hrp: string): Item[] | null {
  const padding = Buffer.alloc(paddingLength);
  padding.write(hrp);
  if (!padding.equals(bytes.subarray(-paddingLength))) return null;
  const end = bytes.length - paddingLength;
  const items: Item[] = [];
  for (let at = 0; at < end; ) {
    const typecode = readCompactSize(bytes, at);
    const length = typecode && readCompactSize(bytes, at + typecode.width);
    if (!length) return null;
    const start = at + typecode.width + length.width;
    at = start + length.value;
    if (at > end || typecode.value <= (items.at(-1)?.typecode ?? -1)) return null;
    items.push({ typecode: typecode.value, bytes: bytes.subarray(start, at) });
  }
  return items;
}

/** Bitcoin's CompactSize of one or three bytes in shortest form; longer ones fit no address. */
function readCompactSize(bytes: Uint8Array, at: number): { value: number; width: number } | null {
  const [first = 0xff, low = 0, high = 0] = bytes.subarray(at, at + 3);
  if (first < 0xfd) return { value: first, width: 1 };
  const value = low + high * 0x100;
  return first === 0xfd && value >= 0xfd ? { value, width: 3 } : null;
}

function areReceivers(items: readonly Item[], kind: (typeof kinds)[number]): boolean {
  const has = (typecode: number) => items.some((item) => item.typecode === typecode);
  const hasTransparent = has(0) || has(1);
  const hasShielded = has(2) || has(3);
  if ((has(0) && has(1)) || (hasTransparent && !kind.hasTransparent)) return false;
  if (!hasShielded && (kind.needsShielded || !hasTransparent)) return false;
  return items.every(isUnderstood);
}

/** Senders may ignore unknown receivers. */
function isUnderstood({ typecode, bytes }: Item): boolean {
  const length = receiverLengths[typecode];
  if (length !== undefined) return bytes.length === length;
  return typecode < firstMandatory || typecode > lastMetadata;
}

function meaningOf(items: readonly Item[]): ReadAddress {
  const receivers = items.filter(({ typecode }) => typecode < firstMetadata || typecode > lastMetadata);
  const [only, ...others] = receivers;
  if (only && others.length === 0) return meaningOfReceiver(only);
  return {
    key: `unified:${receivers.map(({ typecode, bytes }) => `${typecode}-${bytesToHex(bytes)}`).join('+')}`,
  };
}

export function meaningOfReceiver({ typecode, bytes }: Item): ReadAddress {
  if (typecode < firstShielded) return meaningOfScript(typecode === 0 ? 'p2pkh' : 'p2sh', bytes);
  return { key: `${typecode === firstShielded ? 'sapling' : 'orchard'}:${bytesToHex(bytes)}` };
}
