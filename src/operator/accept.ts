/** The header `Accept` (RFC 9110, 12.5.1): which form of a reply a client prefers. */

type Range = { readonly type: string; readonly weight: number };

/**
 * @param accept undefined or empty: the client has no preference.
 * @returns whether the client accepts the media type, and prefers it to the other one. Parameters other than `q` do not
 * matter.
 */
export function prefers(accept: string | undefined, mediaType: string, other: string): boolean {
  const ranges = (accept ?? '').split(',').flatMap((text) => rangeOf(text) ?? []);
  const weight = weightOf(ranges, mediaType);
  return weight > 0 && weight > weightOf(ranges, other);
}

function rangeOf(text: string): Range | undefined {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weights = parameters.flatMap((each) => /^q=(.*)$/.exec(each)?.[1] ?? []);
  const [weight = '1'] = weights;
  // A range with an invalid weight is ignored.
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? { type, weight: Number(weight) } : undefined;
}

/** @returns the weight of the most specific range that contains the type; 0 if none does. */
function weightOf(ranges: readonly Range[], mediaType: string): number {
  for (const wanted of [mediaType, `${mediaType.split('/')[0]}/*`, '*/*']) {
    const found = ranges.filter(({ type }) => type === wanted).map(({ weight }) => weight);
    if (found.length > 0) return Math.max(...found);
  }
  return 0;
}
