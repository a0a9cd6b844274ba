/**
 * Copies write-ahead logs to their database files on a thread of its own, while the writer commits. The writer itself
 * copies only the few pages that it has written meanwhile: while it copies, no command is executed (25 ms for 64 MB).
 *
 * The thread is started when a log has grown for the first time, so a server without load has no such thread.
 */

import type { Worker } from 'node:worker_threads';
import { nextMessage } from '../../boundary/messages.ts';
import { startThread } from '../thread.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

export type CheckpointThreadData = {
  /** The thread stops once the log has at most this many pages that are not in the file. */
  readonly leaveAtMost: number;
};

/**
 * A log is copied once this many of its pages (of 4 KiB) are not in the file. Commits wait while the file is synced: the
 * more pages, the longer.
 */
const copyFromPages = 4_000;
/**
 * A log with this many times as many pages, copied or not, is restarted: the writer copies the rest. A log that the
 * thread has copied completely is restarted by the next commit anyway. Commits are faster in a log that does not grow,
 * because its blocks are allocated already.
 */
const restartFromCopies = 2;
const leaveAtMost = 200;

export class Checkpointer {
  readonly #logs: readonly WriteAheadLog[];
  readonly #copyFromPages: number;
  #thread: Worker | undefined;

  constructor(logs: readonly WriteAheadLog[], copyFrom = copyFromPages) {
    this.#logs = logs;
    this.#copyFromPages = copyFrom;
  }

  /** Copies the logs that have grown. @throws when the thread could not: the disk may be full. */
  async run(): Promise<void> {
    for (const log of this.#logs) {
      if (log.size < this.#copyFromPages) continue;
      await this.#copyBeside(log.path);
      if (log.length >= restartFromCopies * this.#copyFromPages) log.copy();
    }
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #copyBeside(path: string): Promise<void> {
    this.#thread ??= this.#startThread();
    this.#thread.postMessage(path);
    const error = await nextMessage<string | null>(this.#thread);
    if (error !== null) throw new Error(`cannot copy the write-ahead log of ${path}: ${error}`);
  }

  #startThread(): Worker {
    const data: CheckpointThreadData = { leaveAtMost };
    const thread = startThread('./checkpoint-thread', import.meta.url, data);
    thread.unref();
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}
