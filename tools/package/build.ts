/**
 * Builds the npm package's `dist/` from `src/`: bundles, the type declarations of the entry points, and the files that
 * the code reads beside itself. Node does not strip types under node_modules, so a package cannot contain the source
 * itself.
 *
 * `dist-cjs/` has the entry points once more as CommonJS, because Jest loads ES modules only with a flag of Node.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleImported, bundleProgram } from './bundle.ts';
import { writeReadFiles } from './read-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));

for (const folder of ['dist', 'dist-cjs']) rmSync(join(root, folder), { recursive: true, force: true });
const [source, target] = [join(root, 'src'), join(root, 'dist')];
await bundleProgram(source, target);
await bundleImported(source, target);
for (const project of ['tsconfig.declarations.json', 'tsconfig.commonjs.json']) {
  execFileSync(process.execPath, [compiler, '--project', join(import.meta.dirname, project)], {
    stdio: 'inherit',
  });
}
writeReadFiles(source, target);

// A CommonJS file has no `import.meta`. Both folders are as deep, so relative paths mean the same.
const ownUrl = "require('node:url').pathToFileURL(__filename).href";
for (const file of globSync('dist-cjs/**/*.js', { cwd: root })) {
  const path = join(root, file);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('import.meta.url', ownUrl));
}
writeFileSync(join(root, 'dist-cjs/package.json'), '{ "type": "commonjs" }\n');
