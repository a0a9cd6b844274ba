/** Checks codes of assets, networks and symbols beyond what a pattern can express. */
import {
  assetCodeInWords,
  assetCodePattern,
  networkCodeInWords,
  networkCodePattern,
  symbolInWords,
  symbolPattern,
} from '../../contract/code.ts';

const rules = {
  asset: { pattern: new RegExp(assetCodePattern, 'u'), says: assetCodeInWords },
  network: { pattern: new RegExp(networkCodePattern, 'u'), says: networkCodeInWords },
  symbol: { pattern: new RegExp(symbolPattern, 'u'), says: symbolInWords },
} as const;

/**
 * @returns why the code is invalid. Only text in Unicode normal form (NFC) is valid, so that no two codes look alike.
 */
export function faultOfCode(kind: keyof typeof rules, code: string): string | undefined {
  const { pattern, says } = rules[kind];
  const isCanonical = code === code.normalize('NFC') && code === code.toUpperCase();
  return pattern.test(code) && isCanonical ? undefined : `the code must be ${says}`;
}
