/**
 * Transaction ids: made up in the habit of each network, and checked leniently.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AddressFormat } from '../../contract/address-format.ts';
import { expandSeed } from './seed.ts';

/** Deterministic: the same 32-byte seed always gives the same id. */
export function deriveTransactionId(format: AddressFormat, seed: Uint8Array): string {
  const digits = bytesToHex(expandSeed(`transaction:${format}`, seed, 32));
  if (format === 'evm') return `0x${digits}`;
  return format === 'ripple' || format === 'beacon' ? digits.toUpperCase() : digits;
}

/** seed: its sample ids hold letters beyond `f`, so an id is any short alphanumeric text, on every network. */
export function checkTransactionId(_format: AddressFormat, txId: string): boolean {
  return /^(?!0x$)(?:0x)?[0-9A-Za-z]{1,128}$/.test(txId);
}
