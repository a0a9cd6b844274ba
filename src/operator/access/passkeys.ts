/**
 * Passkeys (Web Authentication). A passkey belongs to the host of the page that made it, which must have a name: browsers
 * refuse IP addresses, so that the page must be at http://localhost, not at http://127.0.0.1.
 *
 * The library is loaded by the first ceremony.
 */
import { isIP } from 'node:net';
import type { Rejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { Row } from '../../store/tables.ts';
import type { SignedTexts } from './signed-text.ts';

type Library = typeof import('@simplewebauthn/server');
type Passkey = Row<'operator_passkeys'>;
/** JSON that a browser has sent; the library checks it. */
export type WebAuthnJson = Record<string, unknown>;

/** The page has a host for which browsers make no passkeys. */
type Refused = Rejection<'operator-invalid'>;

const challengeLifeMs = 5 * 60_000;

/** Why a ceremony is done: a challenge for one purpose is of no use for another. */
export type Ceremony = {
  readonly purpose: string;
  readonly origin: URL;
  /** Wire time, ms. */
  readonly nowMs: number;
};

/** `challengedAt`: when the challenge was issued. */
export type Registered = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'rpId'> & {
  readonly challengedAt: number;
};

export class Passkeys {
  readonly #texts: SignedTexts;

  constructor(texts: SignedTexts) {
    this.#texts = texts;
  }

  async registrationOptions(
    { purpose, origin, nowMs }: Ceremony,
    { id, name }: Pick<Row<'operators'>, 'id' | 'name'>,
    known: readonly Passkey[],
  ): Promise<WebAuthnJson | Refused> {
    const refusal = refuseAddress(origin);
    if (refusal !== undefined) return refusal;
    const { generateRegistrationOptions } = await load();
    return asJson(
      await generateRegistrationOptions({
        rpName: 'Bursar',
        rpID: origin.hostname,
        userName: name,
        userID: new Uint8Array(Buffer.from(id, 'hex')),
        challenge: new Uint8Array(this.#texts.issue(purpose, nowMs)),
        attestationType: 'none',
        excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),
    );
  }

  /** @returns undefined if the answer is not one to a challenge of this ceremony. */
  async verifyRegistration(ceremony: Ceremony, response: WebAuthnJson): Promise<Registered | undefined> {
    const { verifyRegistrationResponse } = await load();
    const challenge = this.#expect(ceremony);
    const verified = await verifyRegistrationResponse({
      // cast: the library checks it.
      response: response as never,
      expectedChallenge: challenge.isExpected,
      expectedOrigin: ceremony.origin.origin,
      expectedRPID: ceremony.origin.hostname,
      requireUserVerification: true,
    }).catch(() => undefined);
    if (verified?.verified !== true || challenge.issuedMs === undefined) return undefined;
    const { credential } = verified.registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      rpId: ceremony.origin.hostname,
      challengedAt: challenge.issuedMs,
    };
  }

  /** @param known the passkeys that may answer; absent: any. */
  async authenticationOptions(
    { purpose, origin, nowMs }: Ceremony,
    known?: readonly Passkey[],
  ): Promise<WebAuthnJson | Refused> {
    const refusal = refuseAddress(origin);
    if (refusal !== undefined) return refusal;
    const { generateAuthenticationOptions } = await load();
    return asJson(
      await generateAuthenticationOptions({
        rpID: origin.hostname,
        challenge: new Uint8Array(this.#texts.issue(purpose, nowMs)),
        userVerification: 'required',
        ...(known && { allowCredentials: known.map(({ credentialId }) => ({ id: credentialId })) }),
      }),
    );
  }

  /** @returns the counter and the time of the challenge; undefined if the passkey has not answered one of the ceremony. */
  async verifyAuthentication(
    ceremony: Ceremony,
    passkey: Passkey,
    response: WebAuthnJson,
  ): Promise<{ readonly counter: number; readonly challengedAt: number } | undefined> {
    const { verifyAuthenticationResponse } = await load();
    const challenge = this.#expect(ceremony);
    const verified = await verifyAuthenticationResponse({
      // cast: the library checks it.
      response: response as never,
      expectedChallenge: challenge.isExpected,
      expectedOrigin: ceremony.origin.origin,
      expectedRPID: passkey.rpId,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    }).catch(() => undefined);
    if (verified?.verified !== true || challenge.issuedMs === undefined) return undefined;
    return { counter: verified.authenticationInfo.newCounter, challengedAt: challenge.issuedMs };
  }

  #expect({ purpose, nowMs }: Ceremony) {
    const texts = this.#texts;
    const expected = {
      // cast: it is set later.
      issuedMs: undefined as number | undefined,
      isExpected(challenge: string): boolean {
        const issuedMs = texts.timeOf(purpose, Buffer.from(challenge, 'base64url'));
        const isValid = issuedMs !== undefined && issuedMs <= nowMs && nowMs - issuedMs <= challengeLifeMs;
        expected.issuedMs = isValid ? issuedMs : undefined;
        return isValid;
      },
    };
    return expected;
  }
}

function refuseAddress({ hostname, port, protocol }: URL): Refused | undefined {
  if (isIP(hostname.replace(/^\[|\]$/g, '')) === 0) return undefined;
  const place = `${protocol}//localhost${port === '' ? '' : `:${port}`}`;
  return invalid(
    `Browsers make passkeys only for hosts with a name, not for ${hostname}: open ${place}, or an origin of BURSAR_OPERATOR_ORIGINS.`,
  );
}

let library: Promise<Library> | undefined;

function load(): Promise<Library> {
  library ??= import('@simplewebauthn/server');
  return library;
}

// cast: the library makes them for browsers.
const asJson = (options: object) => options as WebAuthnJson;
