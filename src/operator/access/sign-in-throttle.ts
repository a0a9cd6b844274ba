/**
 * Limits failed attempts to sign in: of an address, of an address with a name, and of a name from everywhere. Attempts
 * beyond a limit are rejected without being looked at, until the time since the first of them has passed. Proofs within
 * a session have a limit of their own, so that nobody outside can use it up.
 */
import { present } from '../../boundary/present.ts';
import type { TimeSource } from '../../clock/clock.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { limitScope } from '../../domain/ip-address.ts';

const windowMs = 10 * 60_000;
const limits = { pair: 5, address: 20, name: 50, proof: 10 } as const;
/** At most this many failed attempts are in the audit trail per window; the log counts all. */
const maxAudited = 200;
/** The oldest windows are forgotten beyond this number. */
const maxWindows = 20_000;

type Window = { readonly beginMs: number; failures: number };
type Attempt =
  | { readonly ip: string; readonly name: string }
  /** A proof of identity by an operator who has signed in. */
  | { readonly operatorId: string };

export class SignInThrottle {
  readonly #time: TimeSource;
  readonly #windows = new Map<string, Window>();

  /** @param time monotonic. */
  constructor(time: TimeSource) {
    this.#time = time;
  }

  /** @returns undefined if the attempt may be made. */
  check(attempt: Attempt): Rejection<'sign-ins-too-many'> | undefined {
    const waits = keysOf(attempt).map(([kind, key]) => {
      const window = this.#windowOf(key);
      return window !== undefined && window.failures >= limits[kind] ? this.#msLeft(window) : 0;
    });
    const waitMs = Math.max(...waits);
    return waitMs > 0 ? reject('sign-ins-too-many', { retryAfterS: Math.ceil(waitMs / 1000) }) : undefined;
  }

  /** Counts an attempt as failed until it succeeds, so that attempts at the same time cannot all pass. */
  begin(attempt: Attempt): void {
    for (const [, key] of keysOf(attempt)) this.#count(key);
  }

  succeed(attempt: Attempt): void {
    for (const [kind, key] of keysOf(attempt)) {
      const window = this.#windowOf(key);
      if (kind === 'pair' || kind === 'proof') this.#windows.delete(key);
      else if (window !== undefined) window.failures -= 1;
    }
  }

  /** @returns whether a failed attempt, or a request that was refused, should be in the audit trail. */
  isAudited(): boolean {
    return this.#count('audited') <= maxAudited;
  }

  #windowOf(key: string): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && this.#msLeft(window) > 0 ? window : undefined;
  }

  #msLeft({ beginMs }: Window): number {
    return beginMs + windowMs - this.#time.now();
  }

  #count(key: string): number {
    const window = this.#windowOf(key) ?? { beginMs: this.#time.now(), failures: 0 };
    window.failures += 1;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size > maxWindows) this.#windows.delete(present(this.#windows.keys().next().value));
    return window.failures;
  }
}

function keysOf(attempt: Attempt): readonly (readonly [keyof typeof limits, string])[] {
  if ('operatorId' in attempt) return [['proof', `proof ${attempt.operatorId}`]];
  const { ip, name } = attempt;
  const scope = limitScope(ip);
  return [
    ['pair', `pair ${scope} ${name}`],
    ['address', `address ${scope}`],
    ['name', `name ${name}`],
  ];
}
