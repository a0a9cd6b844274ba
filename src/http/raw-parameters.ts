/**
 * Parameters as sent: names and values from the query and the form body, in order, still percent-encoded.
 * spec: parameters may be in either place and in any order; if both contain a parameter, the query takes precedence.
 */
export type RawPair = {
  readonly name: string;
  readonly value: string;
  /** Whether `=` follows the name. */
  readonly hasValue: boolean;
};

export type RawParameters = { readonly query: readonly RawPair[]; readonly body: readonly RawPair[] };

/** Splits a text such as `a=1&b&c=`. A name without `=` has an empty value. */
export function splitPairs(text: string): RawPair[] {
  if (text === '') return [];
  const pairs: RawPair[] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(
      equals < 0
        ? { name: part, value: '', hasValue: false }
        : { name: part.slice(0, equals), value: part.slice(equals + 1), hasValue: true },
    );
  }
  return pairs;
}

/** Decodes a component of a query or form. @returns null if the percent-encoding or the encoded UTF-8 is invalid. */
export function decodeComponent(text: string): string | null {
  return /[%+\u0080-\u00ff]/.test(text) ? decodePercent(text.replaceAll('+', ' ')) : text;
}

/** Decodes a path segment, in which `+` is literal. @returns null if the percent-encoding or UTF-8 is invalid. */
export function decodePercent(text: string): string | null {
  // Non-ASCII bytes are single latin1 characters here; percent-encoding them first decodes them as UTF-8.
  const plain = text.replace(/[\u0080-\u00ff]/g, percentEncoded);
  if (!plain.includes('%')) return plain;
  try {
    return decodeURIComponent(plain);
  } catch {
    return null;
  }
}

function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16)}`;
}

/** @returns all values of a parameter, from the query if it contains the parameter, else from the body. */
export function valuesOf(
  { query, body }: RawParameters,
  matches: (name: string) => boolean,
): readonly string[] {
  const inQuery = query.filter((pair) => matches(pair.name));
  return (inQuery.length > 0 ? inQuery : body.filter((pair) => matches(pair.name))).map((pair) => pair.value);
}

/** @returns the value by the same precedence: undefined if there is none, null if there are several. */
export function effectiveValue({ query, body }: RawParameters, name: string): string | undefined | null {
  const inQuery = onlyValue(query, name);
  return inQuery === undefined ? onlyValue(body, name) : inQuery;
}

/** Like `effectiveValue`, for parameters that must not be repeated in either place. */
export function singleValue({ query, body }: RawParameters, name: string): string | undefined | null {
  const inQuery = onlyValue(query, name);
  const inBody = onlyValue(body, name);
  return inBody === null ? null : inQuery === undefined ? inBody : inQuery;
}

function onlyValue(pairs: readonly RawPair[], name: string): string | undefined | null {
  let value: string | undefined;
  for (const pair of pairs) {
    if (pair.name !== name) continue;
    if (value !== undefined) return null;
    value = pair.value;
  }
  return value;
}
