// What the program of a checkout is built from. Plain JavaScript, because every start of a checkout runs it first.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The built program of a checkout. */
export const buildFolder = join(root, 'build');
/** In that folder: the state of the source that it was built from. */
export const stateFile = 'source-state';

/** Whether the program in the build folder is that of this source. */
export function isBuiltFrom(state) {
  const file = join(buildFolder, stateFile);
  return existsSync(file) && readFileSync(file, 'utf8') === state;
}

/** One line with size and time of change for each file whose content may influence the program. */
export function readSourceState() {
  const lines = ['package.json', 'package-lock.json'].map(describe);
  for (const folder of ['src', 'tools/package']) {
    // Not as entries with types: their paths would have to be joined, which takes as long as reading them.
    for (const file of readdirSync(root + folder, { recursive: true })) {
      if (isRead(file)) lines.push(describe(`${folder}/${file}`));
    }
  }
  return lines.join('\n');
}

const isRead = (file) => /\.\w+$/.test(file) && !file.endsWith('.test.ts');

function describe(path) {
  // A link of an editor may lead nowhere, and a file may have just been removed.
  const file = statSync(root + path, { throwIfNoEntry: false });
  return `${path} ${file?.size} ${file?.mtimeMs}`;
}
