/** Finds the operator API of a running server, and its token, by options, the environment or the ready file. */

import { readFileSync } from 'node:fs';
import { messageOf } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';
import { readSetting } from '../runtime/config.ts';
import { operatorTokenFrom } from '../runtime/secrets.ts';
import { urlOf } from '../runtime/setting-readers.ts';

type Given = {
  readonly 'operator-url'?: string | undefined;
  readonly 'operator-token'?: string | undefined;
  readonly data?: string | undefined;
};

/** @param option its name in error messages */
export function operatorUrlOf(values: Given, option = '--operator-url'): string {
  const given = values['operator-url'];
  if (given !== undefined) return urlOf('http:', 'https:')(given, option).replace(/\/+$/, '');
  const host = readSetting('BURSAR_OPERATOR_HOST', undefined, process.env);
  const port = readSetting('BURSAR_OPERATOR_PORT', undefined, process.env);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The token that is configured, or the one in the data folder. */
export function operatorTokenOf(values: Given): string {
  const configured = readSetting('BURSAR_OPERATOR_TOKEN', values['operator-token'], process.env);
  return configured ?? operatorTokenFrom(readSetting('BURSAR_DATA', values.data, process.env));
}

/** The same from the ready file of a server. @throws ConfigError if there is none, or it is not one. */
export function readReadyFile(file: string): {
  readonly url: string;
  readonly operatorUrl: string;
  readonly data: string;
} {
  const ready = parseReadyFile(file);
  if (
    typeof ready?.url !== 'string' ||
    typeof ready.operatorUrl !== 'string' ||
    typeof ready.dataFolder !== 'string'
  )
    throw new ConfigError(`${file} is not a ready file of bursar start; name another with --ready-file`);
  return { url: ready.url, operatorUrl: ready.operatorUrl, data: ready.dataFolder };
}

function parseReadyFile(
  file: string,
): { readonly url?: unknown; readonly operatorUrl?: unknown; readonly dataFolder?: unknown } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw new ConfigError(
      `the ready file cannot be read (${messageOf(error)}); the server that was started with --ready-file writes it when it is ready, and removes it when it stops`,
    );
  }
}
