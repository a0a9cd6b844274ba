/** Runs the command line in a separate process. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environmentWithoutSettings } from '../support/environment.ts';

export const program = fileURLToPath(new URL('../../bin/bursar.js', import.meta.url));

/** A failed test leaves its process running; these are killed at the end. */
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

export type Finished = { readonly code: number | null; readonly output: string; readonly errors: string };

export async function runBursar(...args: readonly string[]): Promise<Finished> {
  return startBursar(...args).finished;
}

export function startBursar(...args: readonly string[]) {
  return startBursarWith({}, ...args);
}

/** Starts with settings in the environment. */
export function startBursarWith(variables: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...environmentWithoutSettings(), ...variables },
  });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const finished = once(child, 'close').then(([code]): Finished => ({ code, output, errors }));
  return {
    child,
    finished,
    /** Resolves with the match as soon as matching output is printed; rejects if the process ends first. */
    async printed(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${errors}`);
        await Promise.race([once(child.stdout, 'data'), finished]);
      }
    },
  };
}

/** Expects one line on standard error, nothing on standard output, and exit code 2. */
export async function assertInvalidUsage(says: RegExp, ...args: readonly string[]): Promise<void> {
  const { code, output, errors } = await runBursar(...args);
  assert.deepEqual([code, output], [2, ''], errors);
  assert.match(errors, says);
  assert.equal(errors.trimEnd().split('\n').length, 1, errors);
}
