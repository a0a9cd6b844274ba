/** Random secrets of operators, of which the store has only a hash: they are too long to be guessed from it. */
import { createHash, randomBytes } from 'node:crypto';

/** SHA-256 in hexadecimal. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'latin1').digest('hex');
}

/** @param kind a prefix by which a person, or a scanner for leaked secrets, recognises it. */
export function makeSecret(kind: 'bursar_token' | 'bursar_link' | 'bursar_session'): string {
  return `${kind}_${randomBytes(32).toString('base64url')}`;
}
