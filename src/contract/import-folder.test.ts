import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { foldersIn, importFolder } from './import-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'bursar-import-'));
after(() => rmSync(root, { recursive: true }));

function writeFolder(name: string, files: Readonly<Record<string, string>>): URL {
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, name, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  return pathToFileURL(`${join(root, name)}/`);
}

const isNumber = (value: unknown) => typeof value === 'number';

test('finds the selected exports of all files in a folder, in the order of the paths', async () => {
  const folder = writeFolder('numbers', {
    'b.ts': 'export const two: number = 2; export const one: number = 1; export const text = "none";',
    'a.ts': 'export const zero: number = 0;',
    'deeper/c.ts': 'export const three: number = 3;',
    'd.test.ts': 'throw new Error("tests are not imported");',
    'e.d.ts': 'throw new Error("declarations are not imported");',
    'f.js.map': '{}',
  });
  assert.deepEqual(await importFolder(folder, isNumber), [0, 1, 2, 3]);
  assert.deepEqual(foldersIn(folder), ['deeper']);
});

test('a file that fails makes the import fail', async () => {
  const folder = writeFolder('failing', { 'a.ts': 'throw new Error("a bug in a.ts");', 'b.ts': '' });
  await assert.rejects(importFolder(folder, isNumber), { message: 'a bug in a.ts' });
});
