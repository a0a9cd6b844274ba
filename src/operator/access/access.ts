/** The dependencies of the operations about access, besides the store. */
import type { Clock } from '../../clock/clock.ts';
import type { AdministratorCheck } from './administrator-check.ts';
import { Passkeys } from './passkeys.ts';
import { SignInThrottle } from './sign-in-throttle.ts';
import { SignedTexts } from './signed-text.ts';

export const signInKinds = ['password', 'passkey', 'link'] as const;

/** A failed sign-in or proof of identity. */
export type FailedSignIn = {
  /** Name of the operator as it was sent; for a passkey the id of its credential. */
  readonly name: string;
  readonly kind: (typeof signInKinds)[number];
  readonly ip: string;
};

export class Access {
  readonly administrators: AdministratorCheck;
  readonly texts: SignedTexts;
  readonly passkeys: Passkeys;
  readonly throttle: SignInThrottle;
  readonly #clock: Pick<Clock, 'wire'>;
  readonly #onFailure: (failure: FailedSignIn) => Promise<unknown>;

  /**
   * @param key derived from the master key.
   * @param onFailure logs and counts a failed attempt, and resolves when it may be answered.
   */
  constructor(
    key: Buffer,
    clock: Pick<Clock, 'wire' | 'monotonic'>,
    administrators: AdministratorCheck,
    onFailure: (failure: FailedSignIn) => Promise<unknown>,
  ) {
    this.administrators = administrators;
    this.texts = new SignedTexts(key);
    this.passkeys = new Passkeys(this.texts);
    this.throttle = new SignInThrottle(clock.monotonic);
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** The time by which sessions, links, tokens and challenges expire. */
  nowMs(): number {
    return this.#clock.wire.now();
  }

  /** Logs and counts a failed attempt. Resolves when it may be answered. */
  async delayFailure(failure: FailedSignIn): Promise<void> {
    await this.#onFailure(failure);
  }
}
