/**
 * Solana addresses: the Base58 text of 32 bytes, without a checksum, in one spelling. The bytes are not checked to be a
 * point on the curve, because program addresses are not.
 */
import { base58 } from '@scure/base';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, readAs } from './family.ts';
import { base58Letter } from './shapes.ts';

const keyLength = 32;

/** Programs, which have no private key. */
const programs: ReadonlySet<string> = new Set([
  'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
]);
/** The zero address and system names (`Vote1…1`, `Sysvar…`, `1nc1nerator1…1`) are padded with ones. */
const systemName = /1{10}/;

export const solana: AddressFamily = {
  text: /^[!-~]{32,44}$/,
  shape: () => `${base58Letter}{32,44}`,
  read(text) {
    const bytes = decodeOrNull(() => base58.decode(text));
    return bytes?.length === keyLength ? readAs(text, programs.has(text) || systemName.test(text)) : null;
  },
  ownerLength: keyLength,
  write: (key) => base58.encode(key),
  tagRule: null,
};
