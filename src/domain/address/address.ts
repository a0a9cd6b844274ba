/**
 * Addresses of the networks that Bursar knows, behind one door: is this text an address, what is its one
 * spelling, and make one up for a simulated chain. Mainnets only, checksums verified for real.
 *
 * Always: no string, however long or strange, makes a check throw or take long; spellings that a format
 * declares equal (the case of EVM and Bech32) have the same comparable one; a derived address passes the check. Litecoin's two versions of P2SH stay two addresses.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { AddressFormat } from '../../contract/address-format.ts';
import {
  bitcoinBase58,
  litecoinBase58,
  readBase58CheckAddress,
  rippleBase58,
  tronBase58,
  writeBase58CheckAddress,
} from './base58check.ts';
import { readBeaconAddress, readSegwitAddress, writeBeaconAddress, writeSegwitAddress } from './bech32.ts';
import { readCardanoAddress, writeCardanoAddress } from './cardano.ts';
import { readEvmAddress, writeEvmAddress } from './evm.ts';
import { readMoneroAddress, writeMoneroAddress } from './monero.ts';
import { expandSeed } from './seed.ts';

export { type AddressFormat, addressFormats } from '../../contract/address-format.ts';
export { checkAddressTag, deriveTag, formatHasTags } from './tag.ts';
export { checkTransactionId, deriveTransactionId } from './transaction-id.ts';

interface AddressRules {
  /** The comparable spelling, or null where the text is no address. */
  read(address: string): string | null;
  /** How many bytes identify the owner in a derived address. */
  ownerLength: number;
  write(owner: Uint8Array): string;
}

const rules: Record<AddressFormat, AddressRules> = {
  bitcoin: {
    read: (address) => readSegwitAddress('bc', address) ?? readBase58CheckAddress(bitcoinBase58, address),
    ownerLength: 20,
    write: (owner) => writeSegwitAddress('bc', owner),
  },
  litecoin: {
    read: (address) => readSegwitAddress('ltc', address) ?? readBase58CheckAddress(litecoinBase58, address),
    ownerLength: 20,
    write: (owner) => writeSegwitAddress('ltc', owner),
  },
  evm: { read: readEvmAddress, ownerLength: 20, write: writeEvmAddress },
  tron: {
    read: (address) => readBase58CheckAddress(tronBase58, address),
    ownerLength: 20,
    write: (owner) => writeBase58CheckAddress(tronBase58, owner),
  },
  ripple: {
    read: (address) => readBase58CheckAddress(rippleBase58, address),
    ownerLength: 20,
    write: (owner) => writeBase58CheckAddress(rippleBase58, owner),
  },
  monero: { read: readMoneroAddress, ownerLength: 64, write: writeMoneroAddress },
  cardano: { read: readCardanoAddress, ownerLength: 56, write: writeCardanoAddress },
  beacon: { read: readBeaconAddress, ownerLength: 20, write: writeBeaconAddress },
  opaque: { read: (address) => address, ownerLength: 20, write: (owner) => `sim${bytesToHex(owner)}` },
};

/** No format needs more, and decoding Base58 takes time that grows with the square of the length. */
const conceivableAddress = /^[!-~]{1,128}$/;

function readAddress(format: AddressFormat, address: string): string | null {
  return conceivableAddress.test(address) ? rules[format].read(address) : null;
}

export function checkAddress(format: AddressFormat, address: string): boolean {
  return readAddress(format, address) !== null;
}

/** The one spelling that compares equal for all valid spellings. Text that is no address comes back unchanged. */
export function comparableAddress(format: AddressFormat, address: string): string {
  return readAddress(format, address) ?? address;
}

/** An address for a simulated chain, spelled as its network does; nobody holds its key. The seed has 32 bytes. */
export function deriveAddress(format: AddressFormat, seed: Uint8Array): string {
  const { ownerLength, write } = rules[format];
  return write(expandSeed(`address:${format}`, seed, ownerLength));
}
