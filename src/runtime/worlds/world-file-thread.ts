/** Reads exported worlds. It is a thread of its own, because a large file takes seconds. */

import { parentPort } from 'node:worker_threads';
import { nextMessage } from '../../boundary/messages.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { openSnapshot } from '../../engine/open-store.ts';
import { type KeyHolder, keyHolders } from '../../lab/worlds/world-keys.ts';
import { deleteKeys, type EncryptedKey, encryptedKeysOf } from '../../maintenance/encrypted-keys.ts';
import { NotAWorldFile, readWorldFile } from '../../maintenance/world-file.ts';
import { StoreFault } from '../../store/port.ts';
import type { SqliteImage } from '../../store/world-image.ts';

/** The content of a file. */
export type FileContent = {
  readonly image: SqliteImage;
  readonly atMs: number;
  readonly more: unknown;
  readonly holders: readonly KeyHolder[];
};

export type ReadFile = { readonly content: FileContent } | { readonly problem: string };
/** The names of the keys that are left out. */
export type LostKeys = { readonly lost: readonly string[] };
/** A message with `keys` asks which of them can be decrypted; the answer is `LostKeys`. */
export type FileMessage = { readonly keys: readonly EncryptedKey[] } | ReadFile;

const port = parentPort;
if (port === null) throw new Error('world-file-thread is started by WorldFileReader');
const post = (message: FileMessage, transferred: ArrayBuffer[] = []) =>
  port.postMessage(message, transferred);

async function read(file: Uint8Array): Promise<FileContent> {
  const { image, atMs, more } = readWorldFile(file);
  const books = await openSnapshot({ image: image.store }, systemClock.monotonic);
  const holders = await keyHolders(books.reads).finally(() => books.close());
  post({ keys: encryptedKeysOf(image.store) });
  // cast: it was checked when the thread began.
  const { lost } = await nextMessage<LostKeys>(port as NonNullable<typeof port>);
  const store = lost.length === 0 ? image.store : deleteKeys(image.store, lost);
  return { image: { ...image, store }, atMs, more, holders };
}

/** @returns undefined for an error that says nothing about the file. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof NotAWorldFile) return error.message;
  // The content of its tables cannot be read.
  const isDamaged = error instanceof SyntaxError || error instanceof TypeError || error instanceof StoreFault;
  return isDamaged ? 'is damaged' : undefined;
}

for (;;) {
  const file = await nextMessage<Uint8Array>(port);
  try {
    const content = await read(file);
    const { store, chains } = content.image;
    // cast: images are read from files, into memory of their own.
    post({ content }, [store.buffer as ArrayBuffer, chains.buffer as ArrayBuffer]);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    post({ problem });
  }
}
