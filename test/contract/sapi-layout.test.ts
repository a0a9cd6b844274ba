/** Today's wallet API has one file for each operation, and one for its handler. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

function filesWithSeveral(folder: string, call: RegExp): readonly string[] {
  const files = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => {
    if (!file.endsWith('.ts')) return false;
    return (readFileSync(join(source, folder, file), 'utf8').match(call)?.length ?? 0) > 1;
  });
}

test('no file of contract/sapi declares two operations', () =>
  assert.deepEqual(filesWithSeveral('contract/sapi', /= operation\(/g), []));

test('no file of handlers/sapi implements two operations', () =>
  assert.deepEqual(filesWithSeveral('customer/handlers/sapi', /= implement\(/g), []));
