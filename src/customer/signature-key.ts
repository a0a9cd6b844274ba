/** The key that verifies the signatures of an API key: a shared secret, or a public key. */
import { createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { KeyType, PublicKeyType } from '../contract/key-types.ts';
import { hexSignaturePattern } from '../contract/signing.ts';
import { decodePercent } from '../http/raw-parameters.ts';
import { HmacKey } from './hmac-key.ts';

/** `latin1` for the bytes of a request, `utf8` for text. */
export type TextEncoding = 'latin1' | 'utf8';

export interface SignatureKey {
  readonly type: KeyType;
  /**
   * Whether this is the signature of a text. A slow verification runs on another thread and returns a promise, which
   * never rejects.
   * @param signature as sent, so possibly percent-encoded
   */
  verify(signature: string, text: string, encoding: TextEncoding): boolean | Promise<boolean>;
}

const hexDigest = new RegExp(hexSignaturePattern);
const expected = Buffer.alloc(64);
const given = Buffer.alloc(64);

/** spec: HMAC SHA256 in hexadecimal; the signature is not case-sensitive. */
export class SharedSecret implements SignatureKey {
  readonly type = 'hmac';
  #source: HmacKey | (() => string);

  /** @param secret the text, or a function that decrypts it, which the first verification calls. */
  constructor(secret: string | (() => string)) {
    this.#source = typeof secret === 'string' ? new HmacKey(secret) : secret;
  }

  /** Compares in constant time. @throws if the secret cannot be decrypted. */
  verify(signature: string, text: string, encoding: TextEncoding): boolean {
    if (!hexDigest.test(signature)) return false;
    expected.write(this.#key().digest(text, encoding), 'latin1');
    given.write(signature.toLowerCase(), 'latin1');
    return timingSafeEqual(expected, given);
  }

  #key(): HmacKey {
    if (typeof this.#source === 'function') this.#source = new HmacKey(this.#source());
    return this.#source;
  }
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** RSA (PKCS #1 v1.5 with SHA-256) or Ed25519; the signature is in base64. */
export class PublicKey implements SignatureKey {
  readonly type: PublicKeyType;
  readonly #key: KeyObject;

  /** @param pem SPKI in PEM. @throws if it is damaged. */
  constructor(type: PublicKeyType, pem: string) {
    this.type = type;
    this.#key = createPublicKey(pem);
  }

  /** Ed25519 signatures are verified on Node's thread pool. Verifying one of RSA costs less than handing it over. */
  verify(signature: string, text: string, encoding: TextEncoding): boolean | Promise<boolean> {
    const bytes = bytesOf(signature);
    if (bytes === undefined) return false;
    const signed = Buffer.from(text, encoding);
    if (this.type === 'rsa') return verify('sha256', signed, this.#key, bytes);
    return new Promise((resolve) => {
      verify(null, signed, this.#key, bytes, (error, isValid) => resolve(error === null && isValid));
    });
  }
}

/** @returns undefined if the signature is not base64. */
function bytesOf(signature: string): Buffer | undefined {
  // A `+` that was not percent-encoded arrives as `+` or as a space; base64 contains no spaces.
  const decoded = decodePercent(signature)?.replaceAll(' ', '+');
  return decoded === undefined || !base64.test(decoded) ? undefined : Buffer.from(decoded, 'base64');
}
