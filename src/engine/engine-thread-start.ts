import type { Worker } from 'node:worker_threads';
import { startThread } from '../store/thread.ts';

/** Starts the thread of the engine. It loads its code, and waits for `EngineLink.start` to say which store it opens. */
export function startEngineThread(): Worker {
  return startThread('./engine-thread', import.meta.url, undefined);
}
