/** `bin/bursar.js` of a checkout runs what `npm ci` built, as long as the source has not changed since. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentWithoutSettings } from '../support/environment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const checkout = mkdtempSync(join(tmpdir(), 'bursar-checkout-'));
after(() => rmSync(checkout, { recursive: true, force: true }));

const run = async (...args: readonly string[]) => {
  const options = { cwd: checkout, env: environmentWithoutSettings() };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args], options);
  assert.equal(stderr, '');
  return stdout;
};
const build = () => run('--disable-warning=ExperimentalWarning', 'tools/package/build-checkout.js');
const runBursar = () => run('bin/bursar.js', '--version');
const inBuild = (path: string) => join(checkout, 'build', path);
/** Makes the built program print a line that the source does not print. */
const markBuild = () => appendFileSync(inBuild('cli/main.js'), "\nconsole.log('built');\n");

before(() => {
  for (const name of ['bin', 'src', 'tools', 'package.json', 'package-lock.json']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'), 'dir');
});

test('without a build, `bursar` runs the source', async () => {
  assert.match(await runBursar(), /^\d+\.\d+\.\d+\n$/);
  assert.ok(!existsSync(inBuild('')));
});

test('`bursar` runs the program that npm ci built', async () => {
  await build();
  markBuild();
  assert.match(await runBursar(), /^\d+\.\d+\.\d+\nbuilt\n$/);
});

test('a build whose files are partly gone is built again', async () => {
  for (const name of readdirSync(inBuild(''))) {
    if (name.startsWith('chunk-')) rmSync(inBuild(name));
  }
  await build();
  assert.match(await runBursar(), /^\d+\.\d+\.\d+\n$/);
  markBuild();
});

test('a link to a missing file counts as a change of the source, and stops nothing', async () => {
  const link = join(checkout, 'src/cli/.#verb.ts');
  symlinkSync('nobody@nowhere:1', link);
  assert.match(await runBursar(), /^\d+\.\d+\.\d+\n$/);
  await build();
  markBuild();
  assert.match(await runBursar(), /built/);
  rmSync(link);
});

test('npm ci with the package files alone builds nothing', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'bursar-alone-'));
  cpSync(join(root, 'package.json'), join(alone, 'package.json'));
  const options = { cwd: alone, env: environmentWithoutSettings() };
  await promisify(execFile)('npm', ['run', 'dependencies'], options);
  rmSync(alone, { recursive: true });
});

test('the source runs once a file has changed, appeared or disappeared, until it is built again', async () => {
  const file = join(checkout, 'src/http/added.ts');
  const changes = [
    () => appendFileSync(join(checkout, 'src/cli/verb.ts'), '\n'),
    () => appendFileSync(file, 'export {};\n'),
    () => rmSync(file),
    () => appendFileSync(join(checkout, 'src/store/sqlite/migrations/0001-spine.sql'), '\n'),
  ];
  for (const change of changes) {
    change();
    assert.doesNotMatch(await runBursar(), /built/, change.toString());
    await build();
    markBuild();
    assert.match(await runBursar(), /built/);
  }
});

test('a change of a test keeps the build', async () => {
  appendFileSync(join(checkout, 'src/store/start-memory.test.ts'), '\n');
  assert.match(await runBursar(), /built/);
});

test('of concurrent builds, one remains', async () => {
  appendFileSync(join(checkout, 'src/cli/verb.ts'), '\n');
  await Promise.all([build(), build(), build()]);
  markBuild();
  assert.match(await runBursar(), /built/);
  assert.deepEqual(
    readdirSync(checkout).filter((name) => name.startsWith('build')),
    ['build'],
  );
});

test('without the bundler nothing is built, and the source runs', async () => {
  rmSync(inBuild(''), { recursive: true });
  rmSync(join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'node_modules'));
  await build();
  assert.ok(!existsSync(inBuild('')));
});
