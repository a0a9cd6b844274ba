/**
 * The Bitcoin family: Base58Check with version numbers, and segregated witness with a human-readable part. Litecoin has
 * two spellings of a script hash, its own version number and the older one inherited from Bitcoin; both mean the same.
 */
import { present } from '../../boundary/present.ts';
import { readSegwit, writeSegwit } from './bech32.ts';
import { cashAddressShape, readCashAddress, writeCashAddress } from './cashaddr.ts';
import { type AddressFamily, shortText } from './family.ts';
import type { AddressRules, ReadAddress } from './rules.ts';
import { hashLength, meaningOfWitness, readHashAddress, writeHashAddress } from './script.ts';
import { bech32Shape, hashAddressShape } from './shapes.ts';

type Spellings = { readonly hrp?: string | undefined; readonly versions?: readonly number[] | undefined };

function read({ hrp, versions }: Spellings, text: string): ReadAddress | null {
  const witness = hrp === undefined ? null : readSegwit(hrp, text);
  if (witness) return meaningOfWitness(witness);
  return versions ? readHashAddress(versions, text) : null;
}

function shape({ hrp, versions }: Spellings): string {
  const shapes = [...(hrp === undefined ? [] : [bech32Shape(hrp)]), ...(versions ? [hashAddressShape] : [])];
  return shapes.join('|');
}

function write({ hrp, versions = [] }: Spellings, hash: Uint8Array): string {
  return hrp === undefined ? writeHashAddress(present(versions[0]), hash) : writeSegwit(hrp, hash);
}

function preset(spellings: Spellings): AddressFamily {
  return {
    text: shortText,
    shape: () => shape(spellings),
    read: (text) => read(spellings, text),
    ownerLength: hashLength,
    write: (hash) => write(spellings, hash),
    tagRule: null,
  };
}

const bitcoinItself: Spellings = { hrp: 'bc', versions: [0x00, 0x05] };

/** Custom parameters replace all of Bitcoin's. A network with versions but no prefix has no segregated witness. */
function spellingsOf({ addressHrp: hrp, addressVersions: versions }: AddressRules): Spellings {
  return hrp === undefined && versions === undefined ? bitcoinItself : { hrp, versions };
}

export const bitcoin: AddressFamily = {
  ...preset(bitcoinItself),
  shape: (rules) => shape(spellingsOf(rules)),
  read: (text, rules) => read(spellingsOf(rules), text),
  write: (hash, rules) => write(spellingsOf(rules), hash),
  parameters: { addressHrp: 'optional', addressVersions: 'optional' },
};

export const litecoin = preset({ hrp: 'ltc', versions: [0x30, 0x32, 0x05] });
export const dogecoin = preset({ versions: [0x1e, 0x16] });

const cashPrefix = ({ addressHrp = 'bitcoincash' }: AddressRules) => addressHrp;
const legacyVersions = ({ addressVersions = [0x00, 0x05] }: AddressRules) => addressVersions;

/** Cashaddr, with or without its prefix, and legacy Base58Check addresses. */
export const bitcoinCash: AddressFamily = {
  text: shortText,
  shape: (rules) => `${cashAddressShape(cashPrefix(rules))}|${hashAddressShape}`,
  read: (text, rules) =>
    readCashAddress(cashPrefix(rules), text) ?? readHashAddress(legacyVersions(rules), text),
  ownerLength: hashLength,
  write: (hash, rules) => writeCashAddress(cashPrefix(rules), hash),
  tagRule: null,
  parameters: { addressHrp: 'optional', addressVersions: 'optional' },
};
