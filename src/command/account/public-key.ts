/** Reads the public keys that operators register for accounts. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicKeyType } from '../../contract/key-types.ts';

/** A public key as it is stored. */
export type RegisteredKey = {
  readonly keyType: PublicKeyType;
  /** SPKI in PEM, as Node writes it. */
  readonly publicKey: string;
};

const minRsaBits = 2048;
const maxRsaBits = 4096;

const onlyOneBlock = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\s([^-]*)-----END \1-----\s*$/;
const damaged = { wrong: 'is a damaged PEM: its content is not a public key' };

/** @returns the key, or why it cannot be registered: a phrase such as "must be …". */
export function readPublicKey(pem: string): RegisteredKey | { readonly wrong: string } {
  if (/PRIVATE KEY-----/.test(pem)) {
    return {
      wrong:
        'is a private key, which must stay with its owner; send the public key (-----BEGIN PUBLIC KEY-----), and replace this pair, because its private key has been sent',
    };
  }
  const [, label, content = ''] = onlyOneBlock.exec(pem) ?? [];
  if (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY') {
    const found = label === undefined ? '' : `, not a ${label}`;
    return { wrong: `must be one public key in PEM (-----BEGIN PUBLIC KEY-----)${found}` };
  }
  // OpenSSL ignores bytes after the key.
  if (!isOneDerValue(Buffer.from(content, 'base64'))) return damaged;
  try {
    return registeredKey(createPublicKey(pem));
  } catch {
    return damaged;
  }
}

/** Whether the length that the outermost value states is that of the bytes. */
function isOneDerValue(der: Buffer): boolean {
  const [, first = 0] = der;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4 || der.length < 2 + lengthBytes) return false;
  const length = lengthBytes === 0 ? first : der.readUIntBE(2, lengthBytes);
  return der.length === 2 + lengthBytes + length;
}

function registeredKey(key: KeyObject): RegisteredKey | { readonly wrong: string } {
  const publicKey = () => String(key.export({ type: 'spki', format: 'pem' }));
  if (key.asymmetricKeyType === 'ed25519') return { keyType: 'ed25519', publicKey: publicKey() };
  if (key.asymmetricKeyType !== 'rsa') {
    return { wrong: `must be an Ed25519 or RSA key, not ${key.asymmetricKeyType ?? 'another'}` };
  }
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  // Everyone can make signatures that fit an exponent of 1.
  if (publicExponent < 3n) return { wrong: 'is an RSA key with an exponent below 3; generate another pair' };
  if (bits < minRsaBits || bits > maxRsaBits) {
    return { wrong: `is an RSA key of ${bits} bits; it must have ${minRsaBits} to ${maxRsaBits}` };
  }
  return { keyType: 'rsa', publicKey: publicKey() };
}
