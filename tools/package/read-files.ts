/** The files that the program reads beside its code: those that are not TypeScript, and the modules of the console. */
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { toBrowserModule } from '../../src/operator/console/browser-module.ts';

/** Browsers load them as they are. */
const browserFiles = ['console/**/*.ts', 'contract/*.ts', 'boundary/*.ts'];

/** Writes them, as the program in the folder `target` expects them, from the source in the folder `source`. */
export function writeReadFiles(source: string, target: string): void {
  for (const file of globSync('**/*', { cwd: source, withFileTypes: true })) {
    if (!file.isFile() || file.name.endsWith('.ts')) continue;
    const path = join(file.parentPath, file.name);
    cpSync(path, join(target, relative(source, path)));
  }
  for (const file of globSync(browserFiles, { cwd: source })) {
    if (file.endsWith('.test.ts')) continue;
    const path = join(target, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, toBrowserModule(readFileSync(join(source, file), 'utf8')));
  }
}
