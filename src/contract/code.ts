/**
 * How assets, networks and symbols are named: letters and digits of any script, in upper case where the script has
 * case. Patterns need the `u` flag, and count code points.
 */
const letterOrDigit = '\\p{Lu}\\p{Lo}\\p{Lm}\\p{N}';

export const assetCodePattern = `^[${letterOrDigit}]{1,20}$`;
export const networkCodePattern = `^[${letterOrDigit}_-]{1,20}$`;
export const symbolPattern = `^[${letterOrDigit}]{2,40}$`;
