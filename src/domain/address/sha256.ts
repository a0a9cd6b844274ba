/** SHA-256 of many short texts. */
import { hash } from 'node:crypto';

/** Node makes a text of the digest in half the time that it takes for a buffer. */
export function sha256(content: string | Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', content, 'latin1'), 'latin1');
}
