/**
 * Decoders of addresses throw on malformed text; the rules want a value. Wrap only the decoding, so that a
 * mistake of our own still surfaces.
 */
export function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
