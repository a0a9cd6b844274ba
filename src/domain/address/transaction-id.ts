/**
 * Transaction ids: derived in each network's usual format, and parsed leniently. Each transaction has one canonical id
 * for all spellings: hexadecimal ids are case-insensitive, Base58 and Base64 ids are case-sensitive.
 *
 * People report the transactions of manual networks, so there an id must be complete: a mistyped or truncated one would
 * be another transaction, and its deposit would be credited again.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { base58, base64 } from '@scure/base';
import type { AddressFormat } from '../../contract/address-format.ts';
import { decodeOrNull } from './decoding.ts';
import type { AddressRules } from './rules.ts';
import { expandSeed } from './seed.ts';

/** A network's format of transaction ids. */
type IdForm = {
  readonly length: number;
  write(bytes: Uint8Array): string;
  read(text: string): string | null;
  /** Whether the canonical text can be the id of a transaction of the real chain. */
  isComplete(canonical: string): boolean;
  /** The rule that a complete id follows, in words for people. */
  readonly rule: string;
};

/** spec: sample ids contain letters beyond `f`, so a hexadecimal id is any short alphanumeric text. */
function hexadecimal(spell: (digits: string) => string): IdForm {
  return {
    length: 32,
    write: (bytes) => spell(bytesToHex(bytes)),
    read(text) {
      const digits = /^(?!0[xX]$)(?:0[xX])?([0-9A-Za-z]{1,128})$/.exec(text)?.[1];
      return digits === undefined ? null : spell(digits);
    },
    isComplete: (id) => /^(?:0x)?[0-9a-f]{64}$/i.test(id),
    rule: '64 hexadecimal digits, with or without 0x',
  };
}

const lowerCase = hexadecimal((digits) => digits.toLowerCase());
const upperCase = hexadecimal((digits) => digits.toUpperCase());
const prefixed = hexadecimal((digits) => `0x${digits.toLowerCase()}`);

/** 64-byte signatures, each with one spelling. */
const signature: IdForm = {
  length: 64,
  write: (bytes) => base58.encode(bytes),
  read: (text) => (/^[1-9A-HJ-NP-Za-km-z]{1,128}$/.test(text) ? text : null),
  isComplete: (id) => decodeOrNull(() => base58.decode(id))?.length === 64,
  rule: '64 bytes in Base58',
};

/** A 32-byte hash, which explorers show in Base64, URL-safe Base64 or hexadecimal. */
const hashInBase64: IdForm = {
  length: 32,
  write: (bytes) => base64.encode(bytes),
  read(text) {
    if (/^(?:0[xX])?[0-9a-fA-F]{64}$/.test(text)) {
      return base64.encode(Buffer.from(text.slice(-64), 'hex'));
    }
    if (!/^[0-9A-Za-z+/_-]{1,128}={0,2}$/.test(text)) return null;
    const letters = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
    if (letters.length !== 43) return text;
    const hash = decodeOrNull(() => base64.decode(`${letters}=`));
    return hash && base64.encode(hash);
  },
  isComplete: (id) => decodeOrNull(() => base64.decode(id))?.length === 32,
  rule: '32 bytes in Base64, URL-safe Base64 or hexadecimal',
};

/** Long hexadecimal ids are case-insensitive here too: no Base58 or Base64 id looks like one by chance. */
const anyText: IdForm = {
  ...lowerCase,
  read(text) {
    if (!/^[!-~]{1,256}$/.test(text)) return null;
    const digits = /^(?:0[xX])?([0-9a-fA-F]{40,})$/.exec(text)?.[1];
    return digits === undefined ? text : digits.toLowerCase();
  },
  isComplete: () => true,
  rule: '1 to 256 printable ASCII characters without spaces',
};

const forms: Readonly<Record<AddressFormat, IdForm>> = {
  bitcoin: lowerCase,
  litecoin: lowerCase,
  dogecoin: lowerCase,
  'bitcoin-cash': lowerCase,
  zcash: lowerCase,
  evm: prefixed,
  tron: lowerCase,
  ripple: upperCase,
  stellar: lowerCase,
  monero: lowerCase,
  cardano: lowerCase,
  solana: signature,
  ton: hashInBase64,
  cosmos: upperCase,
  substrate: prefixed,
  beacon: upperCase,
  pattern: anyText,
  opaque: anyText,
};

/**
 * Deterministic: the same 32-byte seed always yields the same id.
 * @param beginning the first bytes of the id, at most 16: ids that begin alike are close to each other in an index.
 */
export function deriveTransactionId(
  { addressFormat }: AddressRules,
  seed: Uint8Array,
  beginning: Uint8Array = noBytes,
): string {
  const { length, write } = forms[addressFormat];
  const bytes = expandSeed(`transaction:${addressFormat}`, seed, length);
  bytes.set(beginning);
  return write(bytes);
}

const noBytes = new Uint8Array();

/** @returns null if the text is not a transaction id of the network. */
export function canonicalTransactionId({ addressFormat }: AddressRules, text: string): string | null {
  return forms[addressFormat].read(text);
}

/** @returns null if the text is not a complete transaction id of the network: `transactionIdRule`. */
export function completeTransactionId({ addressFormat }: AddressRules, text: string): string | null {
  const { read, isComplete } = forms[addressFormat];
  const id = read(text);
  return id !== null && isComplete(id) ? id : null;
}

/** The rule that a complete transaction id of the network follows, in words for people. */
export function transactionIdRule({ addressFormat }: AddressRules): string {
  return forms[addressFormat].rule;
}
