/** The certificate and private key of the customers' listener. */

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { codeOf, messageOf } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';
import type { Config } from './config.ts';

const certSetting = '--tls-cert or BURSAR_TLS_CERT';
const keySetting = '--tls-key or BURSAR_TLS_KEY';

/** PEM. */
export type TlsFiles = { readonly cert: string; readonly key: string };

/** @returns undefined if TLS is not configured. @throws ConfigError that names the setting. */
export function readTlsFiles({
  BURSAR_TLS_CERT: cert,
  BURSAR_TLS_KEY: key,
}: Pick<Config, 'BURSAR_TLS_CERT' | 'BURSAR_TLS_KEY'>): TlsFiles | undefined {
  if (cert === null && key === null) return undefined;
  if (cert === null || key === null) {
    const [given, missing] = key === null ? [certSetting, keySetting] : [keySetting, certSetting];
    throw new ConfigError(`${given} requires ${missing} too: TLS needs a certificate and its key`);
  }
  const files = { cert: read(certSetting, cert), key: read(keySetting, key) };
  try {
    createSecureContext({ cert: files.cert });
  } catch (error) {
    throw new ConfigError(`${certSetting}: ${cert} is not a certificate in PEM format (${reasonOf(error)})`);
  }
  try {
    createSecureContext(files);
  } catch (error) {
    throw new ConfigError(
      `${keySetting}: ${key} is not the key of ${cert} in PEM format (${reasonOf(error)})`,
    );
  }
  return files;
}

function read(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${setting}: ${path} cannot be read (${codeOf(error)})`);
  }
}

function reasonOf(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}
