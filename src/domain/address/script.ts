/**
 * The meaning of Bitcoin-family addresses: the script that they pay to. A key hash in Base58Check and the same key hash
 * in Bech32 are different scripts and therefore different addresses.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { base58 } from '@scure/base';
import { readBase58Check, writeBase58Check } from './base58check.ts';
import type { Witness } from './bech32.ts';
import { isZero, readAs } from './family.ts';
import type { ReadAddress } from './rules.ts';

export type ScriptKind = 'p2pkh' | 'p2sh';

export const hashLength = 20;

/** Vanity hashes, and the hash of the empty key. No key is known for any of them. */
const unspendableHashes: ReadonlySet<string> = new Set(
  [
    '1HT7xU2Ngenf7D4yocz2SAcnNLW7rK8d4E',
    '1BitcoinEaterAddressDontSendf59kuE',
    '1CounterpartyXXXXXXXXXXXXXXXUWLpVr',
    'DDogepartyxxxxxxxxxxxxxxxxxxw1dfzr',
  ].map((address) => bytesToHex(base58.decode(address).subarray(1, 1 + hashLength))),
);

export function meaningOfScript(kind: ScriptKind, hash: Uint8Array): ReadAddress {
  const digits = bytesToHex(hash);
  return readAs(`${kind}:${digits}`, isZero(hash) || (kind === 'p2pkh' && unspendableHashes.has(digits)));
}

/** Pay to anchor (BIP-433): anyone can spend it. */
const isAnchor = (version: number, digits: string) => version === 1 && digits === '4e73';

export function meaningOfWitness({ version, program }: Witness): ReadAddress {
  const digits = bytesToHex(program);
  const isNobodys = isZero(program) || (version === 0 && unspendableHashes.has(digits));
  return readAs(`witness${version}:${digits}`, isNobodys || isAnchor(version, digits));
}

/** A version number above 255 takes two bytes. */
function versionBytes(version: number): readonly number[] {
  return version > 0xff ? [version >> 8, version & 0xff] : [version];
}

/** @param versions first the version of a public key hash, then all versions of script hashes. */
export function readHashAddress(versions: readonly number[], text: string): ReadAddress | null {
  const payload = readBase58Check(base58, text);
  if (payload === null) return null;
  const at = versions.findIndex((version) => {
    const prefix = versionBytes(version);
    const isLong = payload.length === prefix.length + hashLength;
    return isLong && prefix.every((byte, index) => byte === payload[index]);
  });
  return at < 0 ? null : meaningOfScript(at === 0 ? 'p2pkh' : 'p2sh', payload.subarray(-hashLength));
}

export function writeHashAddress(version: number, hash: Uint8Array): string {
  return writeBase58Check(base58, Uint8Array.of(...versionBytes(version), ...hash));
}
