/**
 * Transaction ids: made up in the habit of each network, and read leniently. One transaction has one canonical id,
 * however it was written: ids of hexadecimal digits are compared without case.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AddressFormat } from '../../contract/address-format.ts';
import type { AddressRules } from './rules.ts';
import { expandSeed } from './seed.ts';

/** Deterministic: the same 32-byte seed always gives the same id. */
export function deriveTransactionId(rules: AddressRules, seed: Uint8Array): string {
  const bytes = expandSeed(`transaction:${rules.addressFormat}`, seed, 32);
  return spellHexId(rules.addressFormat, bytesToHex(bytes));
}

/** @returns null where the text is no transaction id of the network. */
export function canonicalTransactionId({ addressFormat }: AddressRules, text: string): string | null {
  return addressFormat === 'opaque' ? readOpaqueId(text) : readHexId(addressFormat, text);
}

/** spec: its sample ids hold letters beyond `f`, so an id is any short alphanumeric text. */
function readHexId(format: AddressFormat, text: string): string | null {
  const digits = /^(?!0[xX]$)(?:0[xX])?([0-9A-Za-z]{1,128})$/.exec(text)?.[1];
  return digits === undefined ? null : spellHexId(format, digits);
}

function spellHexId(format: AddressFormat, digits: string): string {
  if (format === 'evm') return `0x${digits.toLowerCase()}`;
  return format === 'ripple' || format === 'beacon' ? digits.toUpperCase() : digits.toLowerCase();
}

/** Long hexadecimal ids are compared without case here too: no Base58 or Base64 id looks like one by chance. */
function readOpaqueId(text: string): string | null {
  if (!/^[!-~]{1,256}$/.test(text)) return null;
  const digits = /^(?:0[xX])?([0-9a-fA-F]{40,})$/.exec(text)?.[1];
  return digits === undefined ? text : digits.toLowerCase();
}
