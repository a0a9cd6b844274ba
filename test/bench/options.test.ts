/** Command-line options of the benchmark. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chooseMeasurements } from '../../tools/bench/measurements/choice.ts';
import { readOptions } from '../../tools/bench/options.ts';

const bench = fileURLToPath(new URL('../../tools/bench/main.ts', import.meta.url));

function chosen(...args: string[]): string[] {
  return chooseMeasurements(readOptions(args)).map(({ name }) => name);
}

test('without options this checkout is compared with yardsticks; with --against two commits are compared at their peak', () => {
  assert.deepEqual(chosen(), ['yardsticks']);
  assert.deepEqual(chosen('--against', 'main'), ['peak']);
  assert.deepEqual(chosen('--first-start', '--against', 'main'), ['first-start']);
  assert.deepEqual(chosen('--lab'), ['idle-lab']);
});

test('measurements relative to the peak measure the peak first', () => {
  assert.deepEqual(chosen('--paced', 'half'), ['peak', 'paced']);
  assert.deepEqual(chosen('--sustained', '--rows'), ['peak', 'sustained', 'rows']);
  assert.deepEqual(chosen('--all'), [
    'yardsticks',
    'peak',
    'paced',
    'sustained',
    'accounts',
    'rows',
    'lists',
    'streams',
    'first-start',
    'worlds',
    'idle-lab',
  ]);
});

test('an error about an invalid option names the option and its rule', () => {
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--pairs', '0'], /^--pairs must be a whole number of at least 1, not '0'$/],
    [['--pairs', '1.5'], /^--pairs must be a whole number/],
    [['--seconds', ''], /^--seconds must be a number from 0\.1 to 30, not ''$/],
    [['--seconds', '60'], /^--seconds must be a number from 0\.1 to 30, not '60'$/],
    [['--paced', 'fast'], /^--paced must be a number from 1 to 100000, not 'fast'$/],
    [['--paced', '1e9'], /^--paced must be a number from 1 to 100000, not '1e9'$/],
    [['--withdrawals', '5000'], /^--withdrawals needs --rows or --lists$/],
    [['--rows', '--confirm-seconds', '9'], /^--confirm-seconds needs --sustained$/],
    [['--sustained', '--max-accounts', '1000'], /^--max-accounts needs --accounts$/],
    [['--store', 'oracle'], /^--store must be sqlite or postgres, not 'oracle'$/],
    [['result.json'], /^unknown argument 'result\.json'$/],
    [['--write'], /^--write needs a result file written with --json$/],
    [['--faster'], /^Unknown option '--faster'$/],
  ];
  for (const [args, message] of wrong) {
    assert.throws(() => readOptions(args), { name: 'UsageError', message }, args.join(' '));
  }
});

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  execFile(process.execPath, [bench, ...args], (error, stdout, stderr) => {
    resolve({ code: Number(error?.code ?? 0), stdout, stderr });
  });
  return promise;
}

test('nothing is measured if the commit does not exist or the result cannot be written', async () => {
  const unknown = await run('--against', 'no-such-commit');
  assert.deepEqual([unknown.code, unknown.stderr.includes("'no-such-commit' is not a commit")], [2, true]);
  const unmeasured = await run('--of', 'no-such-commit');
  assert.match(unmeasured.stderr, /^--of: 'no-such-commit' is not a commit of this repository/);
  const unwritable = await run('--json', join(tmpdir(), 'no-such-folder', 'result.json'));
  assert.deepEqual([unwritable.code, unwritable.stdout], [2, '']);
  assert.match(unwritable.stderr, /^--json cannot write: .*no-such-folder.*--help\n$/);
});

test('--help explains itself; invalid usage prints one line and exits with 2', async () => {
  const [helped, misused] = [await run('--help'), await run('--store', 'oracle')];
  assert.deepEqual([helped.code, misused.code], [0, 2]);
  assert.match(helped.stdout, /--against REF/);
  assert.match(misused.stderr, /^--store must be sqlite or postgres, not 'oracle'; see .*--help\n$/);
});
