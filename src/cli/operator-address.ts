/** Where the operator API of a running server is, and its token, as options and the environment say. */
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
