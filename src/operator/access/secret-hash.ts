/** Random secrets of operators, of which the store has only a hash: they are too long to be guessed from it. */
import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'latin1').digest('hex');
}
