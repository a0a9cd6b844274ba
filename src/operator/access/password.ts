/** Passwords of operators: scrypt (RFC 7914), which costs time and memory, so that few run at a time. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** 32 MiB and about 0.1 s. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const;
const maxmem = 64 * 2 ** 20;
const saltBytes = 16;
const keyBytes = 32;
/** Requests beyond this many wait. */
const maxAtOnce = 2;

let running = 0;
const waiting: (() => void)[] = [];

/** @returns `scrypt$N$r$p$salt$key`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Takes as long without a stored hash, so that the time does not reveal whether a name exists. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (hash ?? '').split('$');
  const given = await derive(
    password,
    Buffer.from(salt, 'base64url'),
    hash === null ? cost : { N: Number(N), r: Number(r), p: Number(p) },
  );
  const expected = Buffer.from(key, 'base64url');
  return expected.length === given.length && timingSafeEqual(given, expected);
}

async function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  if (running >= maxAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await new Promise((resolve, reject) => {
      const text = password.normalize('NFKC');
      scrypt(text, salt, keyBytes, { ...options, maxmem }, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
