/**
 * The server's secrets: the operator token and the master key, which the first start generates and stores in the data
 * folder, readable by its owner only; and API secrets, encrypted at rest with AES-256-GCM under the master key.
 */

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, messageOf } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';
import { makeDataFolder } from '../engine/data-folder.ts';
import { masterKey, token } from './setting-readers.ts';

export type Secrets = {
  readonly operatorToken: string;
  readonly masterKey: Buffer;
  /** The file of a master key that this start has generated; undefined if there was one. */
  readonly newMasterKeyFile: string | undefined;
};

/** The file of the operator token, unless the token is configured. */
export function operatorTokenFile(dataFolder: string): string {
  return join(dataFolder, 'operator-token');
}

/** The generated operator token of a server. @throws ConfigError if its file cannot be read. */
export function operatorTokenFrom(dataFolder: string): string {
  const file = operatorTokenFile(dataFolder);
  try {
    return token(readFileSync(file, 'utf8').trim(), file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `the operator token cannot be read (${messageOf(error)}); name the data folder with --data, or set BURSAR_OPERATOR_TOKEN`,
    );
  }
}

/** @throws ConfigError if a file of the data folder cannot be used. */
export function loadSecrets(
  dataFolder: string,
  given: { operatorToken: string | null; masterKey: Buffer | null },
): Secrets {
  const masterKeyFile = join(dataFolder, 'master-key');
  const tokenFile = operatorTokenFile(dataFolder);
  const isNewKey = given.masterKey === null && !existsSync(masterKeyFile);
  const keep = (path: string, make: () => string) => {
    try {
      return keptSecret(path, make);
    } catch (error) {
      throw new ConfigError(
        `${path} cannot be read or written (${messageOf(error)}); change its permissions, or choose another folder with --data or BURSAR_DATA.`,
      );
    }
  };
  return {
    operatorToken:
      given.operatorToken ??
      token(
        keep(tokenFile, () => randomText(32)),
        tokenFile,
      ),
    masterKey:
      given.masterKey ??
      masterKey(
        keep(masterKeyFile, () => randomBytes(32).toString('hex')),
        masterKeyFile,
      ),
    newMasterKeyFile: isNewKey ? masterKeyFile : undefined,
  };
}

function keptSecret(path: string, make: () => string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeDataFolder(dirname(path));
    const secret = make();
    // The link makes the file appear complete or not at all, and never replaces one that another process has just made.
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, `${secret}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(temporary, path);
      return secret;
    } catch (taken) {
      if (codeOf(taken) !== 'EEXIST') throw taken;
      return readFileSync(path, 'utf8').trim();
    } finally {
      rmSync(temporary);
    }
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const keyLength = 64;

/** An API key and its secret, both random. */
export function makeKey(): { readonly apiKey: string; readonly secretKey: string } {
  return { apiKey: randomText(keyLength), secretKey: randomText(keyLength) };
}

/** Random letters and digits, uniformly distributed. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

const ivBytes = 12;
const tagBytes = 16;

/** A key for one purpose, from which the master key cannot be found. */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return createHmac('sha256', masterKey).update(purpose).digest();
}

export type SecretBox = {
  /** Encrypts under the master key. */
  encrypt(secret: string): string;
  /** Decrypts. @throws if no key can decrypt it. */
  decrypt(encrypted: string): string;
  /** Encrypts a secret again, under the master key. `present`: it already is; `unreadable`: no key can decrypt it. */
  reencrypted(encrypted: string): 'present' | 'unreadable' | { readonly encrypted: string };
};

/** `otherKey` can decrypt too, while the master key is being replaced. */
export function createSecretBox(masterKey: Buffer, otherKey: Buffer | null = null): SecretBox {
  const decryptAny = (encrypted: string) => {
    try {
      return decryptWith(masterKey, encrypted);
    } catch (error) {
      if (otherKey === null) throw error;
      return decryptWith(otherKey, encrypted);
    }
  };
  return {
    encrypt: (secret) => encryptWith(masterKey, secret),
    decrypt: decryptAny,
    reencrypted(encrypted) {
      if (canDecrypt(masterKey, encrypted)) return 'present';
      if (otherKey === null || !canDecrypt(otherKey, encrypted)) return 'unreadable';
      return { encrypted: encryptWith(masterKey, decryptWith(otherKey, encrypted)) };
    },
  };
}

function encryptWith(key: Buffer, secret: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

/** @throws if it was encrypted with another key, or is damaged. */
function decryptWith(key: Buffer, encrypted: string): string {
  const bytes = Buffer.from(encrypted, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
}

function canDecrypt(key: Buffer, encrypted: string): boolean {
  try {
    decryptWith(key, encrypted);
    return true;
  } catch {
    return false;
  }
}
