import type { Worker } from 'node:worker_threads';
import { nextMessage } from '../boundary/messages.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { StoreFault } from '../store/port.ts';
import { startThread } from '../store/thread.ts';
import { ConfigError } from './config-error.ts';
import type { EngineMessage, EngineThreadStart } from './engine-messages.ts';

export type EngineReady = Extract<EngineMessage, { readonly ready: Catalog }>;

/**
 * Starts the thread of the engine. It loads its code, and waits for `EngineLink.start` to say which store it opens.
 * @param start `holdsCompilers` only if the caller releases them
 */
export function startEngineThread(start: EngineThreadStart = { holdsCompilers: false }): Worker {
  return startThread('./engine-thread', import.meta.url, start);
}

/** The first message of the thread. @throws the error that kept it from opening its store */
export async function engineReady(thread: Worker): Promise<EngineReady> {
  const first = await nextMessage<EngineMessage>(thread).catch(rethrow);
  if (!('ready' in first)) throw new Error('the engine sent a message before it was ready');
  return first;
}

/** Restores the class of an error; between threads only its name is preserved. */
function rethrow(error: Error): never {
  if (error.name === 'ConfigError') throw new ConfigError(error.message);
  if (error.name === 'StoreFault') throw new StoreFault('not-done', error.message);
  throw error;
}
