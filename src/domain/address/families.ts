/** The families by name. */
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
import { type AddressFamily, readSpelling } from './family.ts';
import { readMoneroAddress, writeMoneroAddress } from './monero.ts';

const maxLength = 128;
const memo = { kind: 'text', maxBytes: 128 } as const;

export const families: Readonly<Record<AddressFormat, AddressFamily>> = {
  bitcoin: {
    maxLength,
    read: readSpelling(
      (text) => readSegwitAddress('bc', text) ?? readBase58CheckAddress(bitcoinBase58, text),
    ),
    ownerLength: 20,
    write: (owner) => writeSegwitAddress('bc', owner),
    tagRule: null,
  },
  litecoin: {
    maxLength,
    read: readSpelling(
      (text) => readSegwitAddress('ltc', text) ?? readBase58CheckAddress(litecoinBase58, text),
    ),
    ownerLength: 20,
    write: (owner) => writeSegwitAddress('ltc', owner),
    tagRule: null,
  },
  evm: {
    maxLength,
    read: readSpelling(readEvmAddress),
    ownerLength: 20,
    write: writeEvmAddress,
    tagRule: null,
  },
  tron: {
    maxLength,
    read: readSpelling((text) => readBase58CheckAddress(tronBase58, text)),
    ownerLength: 20,
    write: (owner) => writeBase58CheckAddress(tronBase58, owner),
    tagRule: null,
  },
  ripple: {
    maxLength,
    read: readSpelling((text) => readBase58CheckAddress(rippleBase58, text)),
    ownerLength: 20,
    write: (owner) => writeBase58CheckAddress(rippleBase58, owner),
    tagRule: { kind: 'number', maximum: 0xffff_ffff },
  },
  monero: {
    maxLength,
    read: readSpelling(readMoneroAddress),
    ownerLength: 64,
    write: writeMoneroAddress,
    tagRule: { kind: 'payment-id' },
  },
  cardano: {
    maxLength,
    read: readSpelling(readCardanoAddress),
    ownerLength: 56,
    write: writeCardanoAddress,
    tagRule: null,
  },
  beacon: {
    maxLength,
    read: readSpelling(readBeaconAddress),
    ownerLength: 20,
    write: writeBeaconAddress,
    tagRule: memo,
  },
  opaque: {
    maxLength,
    read: readSpelling((text) => text),
    ownerLength: 20,
    write: (owner) => `sim${bytesToHex(owner)}`,
    tagRule: memo,
  },
};
