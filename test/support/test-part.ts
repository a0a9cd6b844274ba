/**
 * Runs test files, each in its own process, and prints their results; tests that failed and tests that were skipped are
 * reported to the caller.
 */
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** A file that takes longer counts as hung. */
const fileTimeoutMs = 240_000;
/** Lets each file load the source as fast as `bin/bursar.js` does. */
const sourceModules = new URL('../../src/store/source-modules.ts', import.meta.url).href;

export type TestPart = {
  readonly title: string;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
};

export type PartOptions = {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Stops the run. */
  readonly signal: AbortSignal;
  /** Called once for each failed test, not for the tests around it, with one line that names it. */
  readonly onFailed: (failure: string) => void;
  /** Called once for each skipped test. */
  readonly onSkipped: (reason: string) => void;
  readonly print: (text: string) => void;
};

type TestEvents = ReturnType<typeof run>;
type TestEvent = TestEvents extends AsyncIterable<infer E> ? E : never;
type FailedEvent = Extract<TestEvent, { type: 'test:fail' }>;
type NamedEvent = {
  readonly type: string;
  readonly data: { readonly name?: string; readonly skip?: string | boolean };
};

/** @returns whether all tests passed. */
export async function runPart(
  part: TestPart,
  { root, environment, signal, onFailed, onSkipped, print }: PartOptions,
): Promise<boolean> {
  if (part.files.length === 0) return true;
  if (signal.aborted) return false;
  print(`\n${part.title}\n\n`);
  let passed = true;
  const events = run({
    cwd: root,
    timeout: fileTimeoutMs,
    signal,
    files: part.files.map((file) => join(root, file)),
    concurrency: part.concurrency,
    env: { ...process.env, ...environment, ...part.environment },
    execArgv: ['--import', sourceModules],
  });
  async function* watched(): AsyncGenerator<TestEvent> {
    for await (const event of withoutSkipped(events, onSkipped)) {
      if (event.type === 'test:fail') {
        passed = false;
        if (!failedInside(event)) onFailed(nameOf(event, root, part));
      }
      yield event;
    }
  }
  for await (const text of Readable.from(watched()).compose(new spec())) print(String(text));
  return passed;
}

/** Whether the test failed only because a test inside it did. */
function failedInside({ data }: FailedEvent): boolean {
  const { error } = data.details;
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

/** One line with the file, the title of the test, the store, and why it failed. */
function nameOf({ data }: FailedEvent, root: string, { title }: TestPart): string {
  const place = data.file === undefined ? '' : `${relative(root, data.file)}:${data.line ?? 1} `;
  const { cause, message } = data.details.error;
  const [reason] = (cause instanceof Error ? cause.message : message).split('\n');
  const where = title.endsWith('on PostgreSQL') ? ' (on PostgreSQL)' : '';
  return `${place}${data.name}${where}: ${reason}`;
}

/** Drops the start and end events of skipped tests. */
async function* withoutSkipped(
  events: TestEvents,
  onSkipped: (reason: string) => void,
): AsyncGenerator<TestEvent> {
  let begun: TestEvent | undefined;
  for await (const event of events as AsyncIterable<TestEvent & NamedEvent>) {
    if (event.type === 'test:pass' && event.data.skip !== undefined && event.data.skip !== false) {
      onSkipped(String(event.data.skip));
      begun = undefined;
      continue;
    }
    if (!reporting.has(event.type)) {
      yield event;
      continue;
    }
    if (begun !== undefined) yield begun;
    begun = undefined;
    if (event.type === 'test:start') begun = event;
    else yield event;
  }
}

/** Events that arrive in the order of the report; the others arrive when they happen. */
const reporting: ReadonlySet<string> = new Set([
  'test:start',
  'test:pass',
  'test:fail',
  'test:plan',
  'test:diagnostic',
  'test:summary',
]);
