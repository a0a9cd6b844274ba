/** Authentication of the operator API by a bearer token, which is compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** @returns a function that checks whether an `Authorization` header contains the token. */
export function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization = '') => {
    const given = /^bearer +([!-~]+) *$/i.exec(authorization)?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

/** Digests have equal lengths, so that the comparison does not reveal the length of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'latin1').digest();
}
