/** Tron: Base58Check of 0x41 and the account, which is derived from a key as on EVM chains, in one spelling. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { base58 } from '@scure/base';
import { readBase58Check, writeBase58Check } from './base58check.ts';
import { accountLength, reservedDigits } from './evm.ts';
import { type AddressFamily, readAs, shortText } from './family.ts';
import { base58Letter } from './shapes.ts';

const version = 0x41;
/** The chain's official burn address. */
const blackHole = 'TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy';

export const tron: AddressFamily = {
  text: shortText,
  shape: () => `T${base58Letter}{33}`,
  read(text) {
    const payload = readBase58Check(base58, text);
    if (payload?.length !== 1 + accountLength || payload[0] !== version) return null;
    return readAs(text, text === blackHole || reservedDigits.test(bytesToHex(payload.subarray(1))));
  },
  ownerLength: accountLength,
  write: (account) => writeBase58Check(base58, Uint8Array.of(version, ...account)),
  tagRule: null,
};
