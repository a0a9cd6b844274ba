/** Random hex text from a pool, because a system call for every id would cost more than storing it. */
import { randomFillSync } from 'node:crypto';

const poolBytes = 8192;

/** @returns a source of random texts of 2 × `bytes` hex digits. */
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
