/**
 * Builds the npm package's `dist/` from `src/`: JavaScript, the type declarations of the entry points, and the files
 * that the code reads beside itself. Node does not strip types under node_modules, so a package cannot contain the
 * source itself. A checkout runs from `src/` and needs no build.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));

rmSync(join(root, 'dist'), { recursive: true, force: true });
for (const project of ['tsconfig.json', 'tsconfig.declarations.json']) {
  execFileSync(process.execPath, [compiler, '--project', join(import.meta.dirname, project)], {
    stdio: 'inherit',
  });
}
for (const file of globSync('**/*', { cwd: join(root, 'src'), withFileTypes: true })) {
  if (!file.isFile() || file.name.endsWith('.ts')) continue;
  const path = join(file.parentPath, file.name);
  cpSync(path, path.replace(join(root, 'src'), join(root, 'dist')));
}
