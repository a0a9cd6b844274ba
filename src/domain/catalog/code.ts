/** Checks codes of assets, networks and symbols beyond what a pattern can express. */
import { assetCodePattern, networkCodePattern, symbolPattern } from '../../contract/code.ts';

const patterns = {
  asset: new RegExp(assetCodePattern, 'u'),
  network: new RegExp(networkCodePattern, 'u'),
  symbol: new RegExp(symbolPattern, 'u'),
} as const;

/** Only text in Unicode normal form (NFC) is valid, so that no two codes look alike. */
export function isCode(kind: keyof typeof patterns, code: string): boolean {
  return patterns[kind].test(code) && code === code.normalize('NFC') && code === code.toUpperCase();
}
