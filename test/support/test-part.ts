/** Runs test files, each in a process of its own, and says how they went; what was left out is collected, not said. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** A file that goes on for so long hangs. */
const fileTimeoutMs = 240_000;

export type TestPart = {
  readonly title: string;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
};

export type PartSurroundings = {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Told of each test that was skipped. */
  readonly onLeftOut: (reason: string) => void;
  readonly print: (text: string) => void;
};

type TestEvents = ReturnType<typeof run>;
type TestEvent = TestEvents extends AsyncIterable<infer E> ? E : never;
type Told = {
  readonly type: string;
  readonly data: { readonly name?: string; readonly skip?: string | boolean };
};

/** @returns whether all passed. */
export async function runPart(
  part: TestPart,
  { root, environment, signal, onLeftOut, print }: PartSurroundings,
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
  });
  async function* watched(): AsyncGenerator<TestEvent> {
    for await (const event of withoutSkipped(events, onLeftOut)) {
      if (event.type === 'test:fail') passed = false;
      yield event;
    }
  }
  for await (const text of Readable.from(watched()).compose(new spec())) print(String(text));
  return passed;
}

/** Neither the beginning nor the end of a test that was skipped. */
async function* withoutSkipped(
  events: TestEvents,
  onLeftOut: (reason: string) => void,
): AsyncGenerator<TestEvent> {
  let begun: TestEvent | undefined;
  for await (const event of events as AsyncIterable<TestEvent & Told>) {
    if (event.type === 'test:pass' && event.data.skip !== undefined && event.data.skip !== false) {
      onLeftOut(String(event.data.skip));
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

/** In the order in which tests are told of; the others come as things happen. */
const reporting: ReadonlySet<string> = new Set([
  'test:start',
  'test:pass',
  'test:fail',
  'test:plan',
  'test:diagnostic',
  'test:summary',
]);
