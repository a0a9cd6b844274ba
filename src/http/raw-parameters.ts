/**
 * Parameters as they were sent: names and values from the query and the form body, in order, still percent-encoded.
 * spec: anywhere and in any order; where both hold a parameter, the query wins.
 */
export type RawPair = { readonly name: string; readonly value: string };

export type RawParameters = { readonly query: readonly RawPair[]; readonly body: readonly RawPair[] };

/** Splits `a=1&b&c=`; a bare name has an empty value. */
export function splitPairs(text: string): RawPair[] {
  if (text === '') return [];
  const pairs: RawPair[] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(
      equals < 0 ? { name: part, value: '' } : { name: part.slice(0, equals), value: part.slice(equals + 1) },
    );
  }
  return pairs;
}

/** Of a query or a form. @returns null where the percent-encoding or the UTF-8 beneath it is broken. */
export function decodeComponent(text: string): string | null {
  return /[%+\u0080-\u00ff]/.test(text) ? decodePercent(text.replaceAll('+', ' ')) : text;
}

/** Of a path, where a plus sign stands for itself. @returns null where percent-encoding or UTF-8 is broken. */
export function decodePercent(text: string): string | null {
  // Bytes beyond ASCII arrive one character each; percent-encoded they decode like the others.
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

/** All values of a parameter from where it counts: the query if it is there at all, else the body. */
export function valuesOf(
  { query, body }: RawParameters,
  matches: (name: string) => boolean,
): readonly string[] {
  const inQuery = query.filter((pair) => matches(pair.name));
  return (inQuery.length > 0 ? inQuery : body.filter((pair) => matches(pair.name))).map((pair) => pair.value);
}

/** The value of a parameter from where it counts: undefined where there is none, null where there are several. */
export function effectiveValue({ query, body }: RawParameters, name: string): string | undefined | null {
  const inQuery = onlyValue(query, name);
  return inQuery === undefined ? onlyValue(body, name) : inQuery;
}

/** The same for those that may not be sent more than once in either place. */
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
