/**
 * Cosmos accounts: 20 bytes (32 for modules and contracts) in Bech32 with the chain's human-readable part. BNB Beacon
 * Chain (`bnb1…`) uses the same format.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { bech32 } from '@scure/base';
import { readBech32 } from './bech32.ts';
import { type AddressFamily, isZero, readAs, shortText } from './family.ts';
import type { ReadAddress } from './rules.ts';
import { bech32Shape } from './shapes.ts';

const accountLength = 20;
const moduleLength = 32;
const beaconHrp = 'bnb';

function read(hrp: string, lengths: readonly number[], text: string): ReadAddress | null {
  const account = readBech32(bech32, hrp, text, 128);
  if (account === null || !lengths.includes(account.length)) return null;
  return readAs(bytesToHex(account), isZero(account));
}

export const cosmos: AddressFamily = {
  text: shortText,
  shape: ({ addressHrp = '' }) => bech32Shape(addressHrp),
  read: (text, { addressHrp = '' }) => read(addressHrp, [accountLength, moduleLength], text),
  ownerLength: accountLength,
  write: (account, { addressHrp = '' }) => bech32.encodeFromBytes(addressHrp, account),
  tagRule: { kind: 'text', maxBytes: 256 },
  parameters: { addressHrp: 'required' },
};

export const beacon: AddressFamily = {
  text: shortText,
  shape: () => bech32Shape(beaconHrp),
  read: (text) => read(beaconHrp, [accountLength], text),
  ownerLength: accountLength,
  write: (account) => bech32.encodeFromBytes(beaconHrp, account),
  tagRule: { kind: 'text', maxBytes: 128 },
};
