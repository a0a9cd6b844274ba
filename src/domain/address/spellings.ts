/** The spellings under which an address may have been given, for finding rows that store it as it was given. */
import { readAddress } from './address.ts';
import { withChecksum } from './evm.ts';
import type { AddressRules } from './rules.ts';

/** @returns the text, and those of its upper and lower case variants that mean the same address on the network. */
export function spellingsOfAddress(rules: AddressRules, text: string): readonly string[] {
  const key = readAddress(rules, text)?.key;
  if (key === undefined) return [];
  const [lower, upper] = [text.toLowerCase(), text.toUpperCase()];
  const cases = [text, lower, upper, `0x${upper.slice(2)}`, key];
  if (rules.addressFormat === 'evm') cases.push(withChecksum(key.slice(2)));
  return [...new Set(cases)].filter((each) => readAddress(rules, each)?.key === key);
}
