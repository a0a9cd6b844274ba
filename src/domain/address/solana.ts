/**
 * Solana: the Base58 text of 32 bytes, without a checksum; one spelling each. That the bytes are a point of the curve is
 * not checked, for addresses of programs are none.
 */
import { base58 } from '@scure/base';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, readAs } from './family.ts';

const keyLength = 32;

/** Programs and accounts of the system, which nobody holds a key for. */
const reserved: ReadonlySet<string> = new Set([
  '11111111111111111111111111111111',
  '1nc1nerator11111111111111111111111111111111',
  'AddressLookupTab1e1111111111111111111111111',
  'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  'BPFLoaderUpgradeab1e11111111111111111111111',
  'ComputeBudget111111111111111111111111111111',
  'Config1111111111111111111111111111111111111',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'So11111111111111111111111111111111111111112',
  'Stake11111111111111111111111111111111111111',
  'SysvarC1ock11111111111111111111111111111111',
  'SysvarRent111111111111111111111111111111111',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
  'Vote111111111111111111111111111111111111111',
]);

export const solana: AddressFamily = {
  text: /^[!-~]{32,44}$/,
  read(text) {
    const bytes = decodeOrNull(() => base58.decode(text));
    return bytes?.length === keyLength ? readAs(text, reserved.has(text)) : null;
  },
  ownerLength: keyLength,
  write: (key) => base58.encode(key),
  tagRule: null,
};
