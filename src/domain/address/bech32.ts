/**
 * Bech32 addresses: segregated witness (BIP-173, and BIP-350 from version 1 on) and BNB Beacon Chain accounts.
 * Wholly upper case is valid, mixed case is not; the canonical spelling is lower case.
 */
import { bech32, bech32m } from '@scure/base';

const accountLength = 20;

/** The checksum's variant must fit the witness version: Bech32 for 0, Bech32m for 1 to 16. */
export function readSegwitAddress(prefix: string, address: string): string | null {
  const classic = bech32.decodeUnsafe(address);
  const decoded = classic ?? bech32m.decodeUnsafe(address);
  if (decoded?.prefix !== prefix) return null;
  const version = decoded.words[0];
  const program = bech32.fromWordsUnsafe(decoded.words.slice(1));
  if (version === undefined || !program) return null;
  return isWitnessProgram(version, program.length, classic !== undefined) ? address.toLowerCase() : null;
}

function isWitnessProgram(version: number, length: number, isClassic: boolean): boolean {
  if (version === 0) return isClassic && (length === 20 || length === 32);
  return !isClassic && version <= 16 && length >= 2 && length <= 40;
}

/** Version 0 with the hash of a public key (P2WPKH). */
export function writeSegwitAddress(prefix: string, keyHash: Uint8Array): string {
  return bech32.encode(prefix, [0, ...bech32.toWords(keyHash)]);
}

const beaconPrefix = 'bnb';

export function readBeaconAddress(address: string): string | null {
  const decoded = bech32.decodeUnsafe(address);
  if (decoded?.prefix !== beaconPrefix) return null;
  const account = bech32.fromWordsUnsafe(decoded.words);
  return account?.length === accountLength ? address.toLowerCase() : null;
}

export function writeBeaconAddress(account: Uint8Array): string {
  return bech32.encodeFromBytes(beaconPrefix, account);
}
