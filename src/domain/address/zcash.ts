/**
 * Zcash mainnet: transparent addresses (`t1…`, `t3…`, and ZIP 320's `tex1…`, which means the `t1…` address of the same
 * hash), Sapling (`zs1…`) and unified addresses (`u1…`). Sprout (`zc…`) no longer accepts payments and is rejected.
 */

import { bech32, bech32m } from '@scure/base';
import { present } from '../../boundary/present.ts';
import { readBech32 } from './bech32.ts';
import type { AddressFamily } from './family.ts';
import type { ReadAddress } from './rules.ts';
import { hashLength, meaningOfScript, readHashAddress, writeHashAddress } from './script.ts';
import { base58Letter, bech32Shape } from './shapes.ts';
import { meaningOfReceiver, readUnifiedAddress } from './zcash-unified.ts';

const versions = [0x1cb8, 0x1cbd];
const saplingLength = 43;
const saplingTypecode = 2;
/** The maximum length in Base58. */
const transparentLength = 40;

export const zcash: AddressFamily = {
  text: /^[!-~]{1,1000}$/,
  shape: () => `t${base58Letter}{34}|${['tex', 'zs', 'u', 'zu', 'tu'].map(bech32Shape).join('|')}`,
  read(text) {
    const transparent = text.length <= transparentLength ? readHashAddress(versions, text) : null;
    return transparent ?? readTex(text) ?? readSapling(text) ?? readUnifiedAddress(text);
  },
  ownerLength: hashLength,
  write: (hash) => writeHashAddress(present(versions[0]), hash),
  tagRule: null,
};

function readTex(text: string): ReadAddress | null {
  const hash = readBech32(bech32m, 'tex', text);
  return hash?.length === hashLength ? meaningOfScript('p2pkh', hash) : null;
}

function readSapling(text: string): ReadAddress | null {
  const bytes = readBech32(bech32, 'zs', text);
  return bytes?.length === saplingLength ? meaningOfReceiver({ typecode: saplingTypecode, bytes }) : null;
}
