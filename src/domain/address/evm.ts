/**
 * EVM addresses: `0x` and 40 hex digits. Mixed case is an EIP-55 checksum and must be correct; all lower or all upper
 * case carries no checksum and is accepted.
 */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { present } from '../../boundary/present.ts';
import { type AddressFamily, readAs, shortText } from './family.ts';

export const accountLength = 20;

/**
 * Addresses not derived from a key: the zero address, precompiled contracts, system addresses and `0x…dEaD` (eighteen
 * leading zero bytes do not occur by chance), and the placeholder for the chain's native coin (ERC-7528).
 */
export const reservedDigits = /^(?:0{36}|e{40}$)/;

export const evm: AddressFamily = {
  text: shortText,
  shape: () => '0x[0-9a-fA-F]{40}',
  read(text) {
    if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return null;
    const digits = text.slice(2);
    const lowerDigits = digits.toLowerCase();
    const carriesChecksum = digits !== lowerDigits && digits !== digits.toUpperCase();
    if (carriesChecksum && text !== withChecksum(lowerDigits)) return null;
    return readAs(`0x${lowerDigits}`, reservedDigits.test(lowerDigits));
  },
  ownerLength: accountLength,
  write: (account) => withChecksum(bytesToHex(account)),
  tagRule: null,
};

/** EIP-55: a letter is upper case if the corresponding digit of the Keccak hash of the lower-case text is 8 or more. */
export function withChecksum(lowerDigits: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(lowerDigits)));
  const spelled = [...lowerDigits].map((digit, index) =>
    present(hash[index]) >= '8' ? digit.toUpperCase() : digit,
  );
  return `0x${spelled.join('')}`;
}
