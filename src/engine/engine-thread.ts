/** The engine thread: receives commands and calls as messages and answers each commit with one message. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ChainService } from '../chain/port.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { CommandName } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { type Outcome, StoreFault } from '../store/port.ts';
import { isReferenceTable, type TableName } from '../store/tables.ts';
import { Engine } from './engine.ts';
import type { CommitFigures } from './group-commit.ts';
import type { StoreLocation } from './open-store.ts';
import { type PackedObjects, packObjects, unpackObjects } from './packed-objects.ts';

export type EngineThreadData = { readonly location: StoreLocation; readonly blockMs: number };

/** Calls to the engine other than commands. */
export type EngineQuestions = ChainService &
  Pick<Engine, 'hold' | 'release' | 'processes'> & { figures(): Promise<CommitFigures> };

/** Messages to the engine. The commands of one turn of the event loop share a message. */
export type EngineRequest =
  | {
      readonly commands: readonly [id: number, name: CommandName, notAfterMs: number | undefined][];
      readonly inputs: PackedObjects;
    }
  | { readonly ask: keyof EngineQuestions; readonly id: number; readonly args: readonly unknown[] }
  | { readonly close: true };

/** The changed tables, and the reference data if they have changed. */
export type EngineChange = { readonly tables: readonly TableName[]; readonly catalog?: Catalog };

/** Messages from the engine. A change is sent with or before the outcomes of the commands that made it. */
export type EngineMessage =
  | { readonly ready: Catalog; readonly caughtUpMs: number | null }
  /** Monotonic time; all changes that other processes committed before it have been reported. */
  | { readonly caughtUpMs: number }
  | { readonly stale: true }
  | {
      readonly changed: EngineChange | null;
      /** The ids of the commands, in the order of `outcomes`. */
      readonly answered: readonly number[];
      readonly outcomes: PackedObjects;
    }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string; readonly fault: StoreFault['fault'] | 'bug' }
  | { readonly fault: string; readonly message: string }
  /** The engine has stopped because of a bug, after answering all executed commands. */
  | { readonly bug: string }
  | { readonly closed: true };

const port = parentPort;
if (port === null) throw new Error('engine-thread is started by engine-link');
const post = (message: EngineMessage) => port.postMessage(message);

let changed = new Set<TableName>();
let answered: number[] = [];
let outcomes: Outcome[] = [];
let isReady = false;
/** null if no other process writes. */
let caughtUpMs: number | null = null;

const engine = await Engine.open({
  ...(workerData as EngineThreadData),
  clock: systemClock,
  onChanged: (tables) => {
    for (const table of tables) changed.add(table);
    // What another process has changed comes without a batch of ours.
    if (isReady) setImmediate(tell);
  },
  onCaughtUp: (atMs) => {
    caughtUpMs = atMs;
    if (!isReady) return;
    tell();
    post({ caughtUpMs: atMs });
  },
  onStale: () => {
    if (isReady) post({ stale: true });
  },
  onListenerError: (error) => post({ bug: describe(error) }),
  afterBatch: tell,
  onFault: (fault, error) => post({ fault, message: describe(error) }),
});

function tell(): void {
  if (outcomes.length === 0 && changed.size === 0) return;
  post({ changed: describeChange(), answered, outcomes: packObjects(outcomes) });
  changed = new Set();
  answered = [];
  outcomes = [];
}

function describeChange(): EngineChange | null {
  if (changed.size === 0) return null;
  const tables = [...changed];
  return tables.some(isReferenceTable) ? { tables, catalog: engine.catalog() } : { tables };
}

/** Where a fault of the store came up says nothing about it. */
function describe(error: unknown): string {
  if (error instanceof StoreFault) return error.message.split('\n')[0] ?? error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

port.on('message', async (request: EngineRequest) => {
  if ('commands' in request) {
    const inputs = unpackObjects(request.inputs);
    for (const [index, [id, name, notAfterMs]] of request.commands.entries()) {
      engine.commits.enqueue('foreground', name, inputs[index], notAfterMs, (outcome) => {
        answered.push(id);
        outcomes.push(outcome);
      });
    }
  } else if ('ask' in request) {
    await answer(request.ask, request.id, request.args);
  } else {
    await engine.close();
    post({ closed: true });
    port.close();
  }
});

const ownQuestions = {
  hold: (task: string) => engine.hold(task),
  release: (task: string) => engine.release(task),
  processes: () => engine.processes(),
  figures: async () => engine.commits.figures(),
};

async function answer(question: keyof EngineQuestions, id: number, args: readonly unknown[]): Promise<void> {
  try {
    const questions: EngineQuestions = { ...engine.chainService, ...ownQuestions };
    const ask = questions[question] as (...given: readonly unknown[]) => Promise<unknown>;
    post({ id, value: await ask(...args) });
  } catch (error) {
    post({ id, error: describe(error), fault: error instanceof StoreFault ? error.fault : 'bug' });
  }
}

post({ ready: engine.catalog(), caughtUpMs });
isReady = true;
engine.start();
