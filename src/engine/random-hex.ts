/** Random hex text, drawn from a pool: asking the system for every id would cost more than storing it. */
import { randomFillSync } from 'node:crypto';

const poolBytes = 8192;

/** @returns a source of texts of 2 × `bytes` hex digits, each used once. */
export function createRandomHex(bytes: number): () => string {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  return () => {
    if (used + bytes > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  };
}
