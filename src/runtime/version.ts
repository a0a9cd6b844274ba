/** The version of this program, from package.json. */

import { readFileSync } from 'node:fs';
import { parseJson } from '../boundary/json.ts';

export function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return parseJson<{ version: string }>(readFileSync(file, 'utf8')).version;
}
