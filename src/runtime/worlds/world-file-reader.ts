/** Reads exported worlds on a thread, one after the other: each takes several times its size in memory meanwhile. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { EncryptedKey } from '../../maintenance/encrypted-keys.ts';
import { startThread } from '../../store/thread.ts';
import type { FileMessage, LostKeys, ReadFile } from './world-file-thread.ts';

/** Number of secrets that are decrypted in one turn of the event loop. */
const keysPerTurn = 200;

type CanDecrypt = (encrypted: string) => boolean;

export class WorldFileReader {
  readonly #canDecrypt: CanDecrypt;
  #last: Promise<unknown> = Promise.resolve();
  /** From the first file on. */
  #thread: Worker | undefined;

  /** @param canDecrypt keys whose secrets cannot be decrypted are left out */
  constructor(canDecrypt: CanDecrypt) {
    this.#canDecrypt = canDecrypt;
  }

  /** @param file must not be used afterwards */
  read(file: Uint8Array): Promise<ReadFile> {
    const read = this.#last.then(() => this.#readOn(this.#thread ?? this.#start(), file));
    this.#last = read.catch(() => {});
    return read;
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = startThread('./world-file-thread', import.meta.url, undefined);
    // A request that waits for it keeps the process alive.
    thread.unref();
    // After this, the next file gets another thread.
    const forget = () => {
      if (this.#thread === thread) this.#thread = undefined;
    };
    thread.on('error', forget).on('exit', forget);
    this.#thread = thread;
    return thread;
  }

  #readOn(thread: Worker, file: Uint8Array): Promise<ReadFile> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadFile>();
    const onExit = (code: number) => reject(new Error(`the thread that reads a world ended with ${code}`));
    const onMessage = (message: FileMessage) => {
      if (!('keys' in message)) return resolve(message);
      this.#lostAmong(message.keys).then((lost) => {
        thread.postMessage({ lost } satisfies LostKeys);
      }, reject);
    };
    thread.on('error', reject).on('exit', onExit).on('message', onMessage);
    const { buffer } = file;
    // A short one is a part of a buffer that others use too.
    const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === file.byteLength;
    thread.postMessage(file, isWhole ? [buffer] : []);
    return promise.finally(() => {
      thread.off('error', reject).off('exit', onExit).off('message', onMessage);
    });
  }

  async #lostAmong(keys: readonly EncryptedKey[]): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const [index, { apiKey, encryptedSecret }] of keys.entries()) {
      if (index % keysPerTurn === keysPerTurn - 1) await turn();
      if (!this.#canDecrypt(encryptedSecret)) lost.push(apiKey);
    }
    return lost;
  }
}
