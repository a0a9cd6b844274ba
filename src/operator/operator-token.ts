/** Who may use the operator's API: whoever holds the token. Compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** @returns whether an `Authorization` header holds the token. */
export function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization = '') => {
    const given = /^bearer +([!-~]+) *$/i.exec(authorization)?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

/** Digests have one length, so that not even the token's is told. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'latin1').digest();
}
