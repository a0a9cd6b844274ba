/**
 * Builds the npm package's `dist/` from `src/`: bundles, the type declarations of the entry points, and the files that
 * the code reads beside itself. Node does not strip types under node_modules, so a package cannot contain the source
 * itself. A checkout runs from `src/` and needs no build.
 *
 * `dist-cjs/` has the entry points once more as CommonJS, because Jest loads ES modules only with a flag of Node.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toBrowserModule } from '../../src/operator/console/browser-module.ts';
import { bundle } from './bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));

for (const folder of ['dist', 'dist-cjs']) rmSync(join(root, folder), { recursive: true, force: true });
await bundle(join(root, 'src'), join(root, 'dist'));
for (const project of ['tsconfig.declarations.json', 'tsconfig.commonjs.json']) {
  execFileSync(process.execPath, [compiler, '--project', join(import.meta.dirname, project)], {
    stdio: 'inherit',
  });
}
for (const file of globSync('**/*', { cwd: join(root, 'src'), withFileTypes: true })) {
  if (!file.isFile() || file.name.endsWith('.ts')) continue;
  const path = join(file.parentPath, file.name);
  cpSync(path, path.replace(join(root, 'src'), join(root, 'dist')));
}

// Browsers load them as they are.
for (const file of globSync(['console/**/*.ts', 'contract/*.ts', 'boundary/*.ts'], {
  cwd: join(root, 'src'),
})) {
  if (file.endsWith('.test.ts')) continue;
  const target = join(root, 'dist', file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, toBrowserModule(readFileSync(join(root, 'src', file), 'utf8')));
}

// A CommonJS file has no `import.meta`. Both folders are as deep, so relative paths mean the same.
const ownUrl = "require('node:url').pathToFileURL(__filename).href";
for (const file of globSync('dist-cjs/**/*.js', { cwd: root })) {
  const path = join(root, file);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('import.meta.url', ownUrl));
}
writeFileSync(join(root, 'dist-cjs/package.json'), '{ "type": "commonjs" }\n');
