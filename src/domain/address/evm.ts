/**
 * EVM addresses: `0x` and 40 hex digits. Where the case is mixed it is the EIP-55 checksum and must be right;
 * all lower or all upper case carries none and is accepted. The comparable spelling is lower case, which costs no hash.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export function readEvmAddress(address: string): string | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) return null;
  const digits = address.slice(2);
  const lowerDigits = digits.toLowerCase();
  const carriesChecksum = digits !== lowerDigits && digits !== digits.toUpperCase();
  return carriesChecksum && address !== spellWithChecksum(lowerDigits) ? null : `0x${lowerDigits}`;
}

export function writeEvmAddress(account: Uint8Array): string {
  return spellWithChecksum(bytesToHex(account));
}

/** EIP-55: a letter is upper case where the same digit of the Keccak hash of the lower-case text is 8 or more. */
function spellWithChecksum(lowerDigits: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(lowerDigits)));
  const spelled = [...lowerDigits].map((digit, index) => (hash[index]! >= '8' ? digit.toUpperCase() : digit));
  return `0x${spelled.join('')}`;
}
