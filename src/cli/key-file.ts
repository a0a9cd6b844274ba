/** Key pairs, and the file that keeps the private half. */

import { generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { codeOf, messageOf } from '../boundary/caught.ts';
import type { KeyType } from '../contract/key-types.ts';
import { ConfigError } from '../engine/config-error.ts';

export type KeyFile = { write(text: string): void; remove(): void };

/** Creates the file, readable by its owner only. @throws ConfigError if it exists or cannot be created. */
export function reserveFile(path: string): KeyFile {
  const file = createFile(path);
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    write(text) {
      writeSync(file, text);
      fsyncSync(file);
      close();
    },
    remove() {
      close();
      rmSync(path, { force: true });
    },
  };
}

function createFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = codeOf(error);
    const message = messageOf(error);
    throw new ConfigError(
      code === 'EEXIST'
        ? `${path} exists and is never replaced; choose another file with --out`
        : `${path} cannot be created (${message}); choose another file with --out`,
    );
  }
}

type Pair = { readonly publicKey?: string; readonly privateKey?: string };

/** Both halves in PEM; neither for hmac, whose secret the server makes. */
export function makeCredential(type: KeyType, rsaBits: number): Pair {
  if (type === 'hmac') return {};
  const { publicKey, privateKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: rsaBits }) : generateKeyPairSync('ed25519');
  return {
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
