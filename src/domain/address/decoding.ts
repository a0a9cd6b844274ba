/**
 * Turns the exceptions of address decoders on malformed text into null. Wrap only the decoding itself, so that bugs in
 * our own code still surface.
 */
export function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
