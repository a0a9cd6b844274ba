/** Checks codes of assets, networks and symbols beyond what a pattern can express. */
import { assetCodePattern, networkCodePattern, symbolPattern } from '../../contract/code.ts';

const letters = 'letters and digits, capital letters where the script has them';

const rules = {
  asset: { pattern: new RegExp(assetCodePattern, 'u'), says: `1 to 20 ${letters}` },
  network: { pattern: new RegExp(networkCodePattern, 'u'), says: `1 to 20 ${letters}, "_" and "-"` },
  symbol: { pattern: new RegExp(symbolPattern, 'u'), says: `2 to 40 ${letters}` },
} as const;

/**
 * @returns why the code is invalid. Only text in Unicode normal form (NFC) is valid, so that no two codes look alike.
 */
export function faultOfCode(kind: keyof typeof rules, code: string): string | undefined {
  const { pattern, says } = rules[kind];
  const isCanonical = code === code.normalize('NFC') && code === code.toUpperCase();
  return pattern.test(code) && isCanonical ? undefined : `the code must be ${says}`;
}
