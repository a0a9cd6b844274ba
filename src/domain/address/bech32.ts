/**
 * Bech32 and Bech32m (BIP-173, BIP-350). All upper case and all lower case are valid and mean the same; mixed case is
 * invalid.
 */
import { bech32, bech32m } from '@scure/base';

export type Witness = { readonly version: number; readonly program: Uint8Array };

/** @returns the decoded bytes; null if the checksum, the padding or the human-readable part is wrong. */
export function readBech32(
  variant: typeof bech32,
  hrp: string,
  text: string,
  maxLength = 90,
): Uint8Array | null {
  const decoded = variant.decodeUnsafe(text, maxLength);
  return decoded?.prefix === hrp ? (variant.fromWordsUnsafe(decoded.words) ?? null) : null;
}

/** The checksum variant must match the witness version: Bech32 for 0, Bech32m for 1 to 16. */
export function readSegwit(hrp: string, text: string): Witness | null {
  const classic = bech32.decodeUnsafe(text);
  const decoded = classic ?? bech32m.decodeUnsafe(text);
  if (decoded?.prefix !== hrp) return null;
  const version = decoded.words[0];
  const program = bech32.fromWordsUnsafe(decoded.words.slice(1));
  if (version === undefined || !program) return null;
  return isWitnessProgram(version, program.length, classic !== undefined) ? { version, program } : null;
}

function isWitnessProgram(version: number, length: number, isClassic: boolean): boolean {
  if (version === 0) return isClassic && (length === 20 || length === 32);
  return !isClassic && version <= 16 && length >= 2 && length <= 40;
}

/** Writes a version 0 address of a public key hash (P2WPKH). */
export function writeSegwit(hrp: string, keyHash: Uint8Array): string {
  return bech32.encode(hrp, [0, ...bech32.toWords(keyHash)]);
}
