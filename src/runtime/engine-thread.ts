/** The thread of the engine: takes commands and chain requests as messages, answers each commit with one message. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CommandName } from '../command/registry.ts';
import type { Outcome } from '../store/port.ts';
import type { TableName } from '../store/tables.ts';
import { Engine } from './engine.ts';

export type EngineThreadData = { readonly dataFolder: string | null; readonly blockMs: number };

/** To the engine. Commands of one turn of the event loop travel together. */
export type EngineRequest =
  | {
      readonly commands: readonly [
        id: number,
        name: CommandName,
        input: unknown,
        notAfterMs: number | undefined,
      ][];
    }
  | { readonly desk: string; readonly id: number; readonly args: readonly unknown[] }
  | { readonly close: true };

/** From the engine. What changed is told before the outcomes that changed it. */
export type EngineMessage =
  | { readonly ready: true }
  | {
      readonly changed: readonly TableName[];
      readonly outcomes: readonly (readonly [id: number, outcome: Outcome])[];
    }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly fault: string; readonly message: string }
  | { readonly closed: true };

const port = parentPort;
if (port === null) throw new Error('engine-thread is started by engine-link');
const post = (message: EngineMessage) => port.postMessage(message);

let changed: ReadonlySet<TableName> = new Set();
let outcomes: [number, Outcome][] = [];

const engine = new Engine({
  ...(workerData as EngineThreadData),
  onChanged: (tables) => {
    changed = new Set([...changed, ...tables]);
  },
  afterBatch: () => {
    if (outcomes.length === 0 && changed.size === 0) return;
    post({ changed: [...changed], outcomes });
    changed = new Set();
    outcomes = [];
  },
  onFault: (fault, error) =>
    post({ fault, message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
});

port.on('message', async (request: EngineRequest) => {
  if ('commands' in request) {
    for (const [id, name, input, notAfterMs] of request.commands) {
      engine.commits.enqueue('foreground', name, input, notAfterMs, (outcome) =>
        outcomes.push([id, outcome]),
      );
    }
  } else if ('desk' in request) {
    await answerDesk(request.desk as keyof Engine['desk'], request.id, request.args);
  } else {
    await engine.close();
    post({ closed: true });
    port.close();
  }
});

async function answerDesk(method: keyof Engine['desk'], id: number, args: readonly unknown[]): Promise<void> {
  try {
    const ask = engine.desk[method] as (...given: readonly unknown[]) => Promise<unknown>;
    post({ id, value: await ask(...args) });
  } catch (error) {
    post({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

engine.start();
post({ ready: true });
