/** The engine on its thread: receives commands and questions as messages and answers each commit with one message. */

import { parentPort, workerData } from 'node:worker_threads';
import { nextMessage } from '../boundary/messages.ts';
import { methodOf } from '../boundary/method.ts';
import { LabClock } from '../clock/lab-clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import { keepCompiledCode } from '../store/compiled-code.ts';
import { StoreFault } from '../store/port.ts';
import { isReferenceTable } from '../store/tables.ts';
import { Engine } from './engine.ts';
import type { EngineMessage, EngineRequest, EngineThreadData, EngineThreadStart } from './engine-messages.ts';
import { describeError, type EngineQuestions } from './engine-port.ts';
import { ReportCollector } from './pending-commands.ts';
import { storeCode } from './store-code.ts';

const port = parentPort;
if (port === null) throw new Error('engine-service runs on a thread, which engine-thread-start starts');
const post = (message: EngineMessage) => port.postMessage(message);

let isReady = false;
/** null if no other process writes. */
let caughtUpMs: number | null = null;

const reports = new ReportCollector((report) => {
  post(report.changed.some(isReferenceTable) ? { report, catalog: engine.catalog() } : { report });
});

// cast: `startEngineThread` gives it.
const { store } = workerData as EngineThreadStart;
const told = nextMessage<EngineThreadData>(port);
if (store !== undefined) void storeCode[store]();
const { worldTime, ...opening } = await told;

const engine = await Engine.open({
  ...opening,
  clock: worldTime === undefined ? systemClock : new LabClock(systemClock, worldTime),
  onChanged: (tables, named) => {
    reports.noteChanged(tables, named);
    // A change of another process does not belong to a batch of this one.
    if (isReady) setImmediate(() => reports.send());
  },
  onCaughtUp: (atMs) => {
    caughtUpMs = atMs;
    if (!isReady) return;
    reports.send();
    post({ caughtUpMs: atMs });
  },
  onStale: () => {
    if (isReady) post({ stale: true });
  },
  onBug: (error) => post({ bug: describeError(error) }),
  afterBatch: () => reports.send(),
  onFault: (fault, error) => post({ fault, message: describeError(error) }),
});

port.on('message', async (request: EngineRequest) => {
  if ('commands' in request) {
    for (const [id, name, input, notAfterMs] of request.commands) {
      engine.commits.enqueue('foreground', name, input, notAfterMs, (outcome) =>
        reports.noteOutcome(id, outcome),
      );
    }
  } else if ('ask' in request) {
    await answer(request.ask, request.id, request.args);
  } else {
    await engine.close();
    post({ closed: true });
    port.close();
  }
});

async function answer(question: keyof EngineQuestions, id: number, args: readonly unknown[]): Promise<void> {
  try {
    post({ id, value: await methodOf(engine.questions, question)(...args) });
  } catch (error) {
    post({ id, error: describeError(error), fault: error instanceof StoreFault ? error.fault : 'bug' });
  }
}

post({ ready: engine.catalog(), caughtUpMs });
isReady = true;
engine.start();
keepCompiledCode(systemClock.monotonic);
