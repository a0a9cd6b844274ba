/**
 * The syntax of asset, network and symbol codes: letters and digits of any script, in upper case where the script has
 * case. The patterns require the `u` flag and count code points.
 */
const letterOrDigit = '\\p{Lu}\\p{Lo}\\p{Lm}\\p{N}';

export const assetCodePattern = `^[${letterOrDigit}]{1,20}$`;
export const networkCodePattern = `^[${letterOrDigit}_-]{1,20}$`;
export const symbolPattern = `^[${letterOrDigit}]{2,40}$`;

/** Descriptions of the patterns for error messages. */
const letters = 'letters and digits, capital letters where the script has them';
export const assetCodeInWords = `1 to 20 ${letters}`;
export const networkCodeInWords = `1 to 20 ${letters}, "_" and "-"`;
export const symbolInWords = `2 to 40 ${letters}`;
