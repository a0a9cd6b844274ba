/**
 * The dice of a rule are a counter-based generator. The n-th draw depends only on the seed, the rule and n, so it is the
 * same whatever other requests run at the same time.
 */

/** A 32-bit hash of a text (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Spreads every bit of the input over the output (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export class Dice {
  readonly #key: number;

  /** @param rule distinguishes this rule from others with the same seed */
  constructor(seed: number, rule: string) {
    this.#key = mix(mix(seed >>> 0) ^ hashOf(rule));
  }

  /** @returns a number from 0 (inclusive) to 1 (exclusive): draw number `draw` for the n-th match. */
  draw(match: number, draw = 0): number {
    const high = mix(this.#key ^ mix(Math.imul(match, 0x9e3779b1) ^ mix(draw + 1)));
    return high / 2 ** 32;
  }
}
