/** Images of worlds in folders, with the same files as a data folder. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { setLegacyFormat } from '../store/sqlite/image.ts';
import type { SqliteImage } from '../store/world-image.ts';
import { chainFile, databaseFile } from './open-store.ts';

/** An image that is read whenever it is used. Nothing may have the files open for writing then. */
export class ImageFiles implements SqliteImage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get store(): Uint8Array {
    return readImage(databaseFile(this.#folder));
  }

  get chains(): Uint8Array {
    return readImage(chainFile(this.#folder));
  }

  get storedBytes(): number {
    return sizeOf(databaseFile(this.#folder)) + sizeOf(chainFile(this.#folder));
  }
}

/** Writes an image to a new folder, synced to disk. */
export function writeImage(folder: string, { store, chains }: SqliteImage): void {
  mkdirSync(folder, { mode: 0o700 });
  writeSynced(databaseFile(folder), store);
  writeSynced(chainFile(folder), chains);
}

/** Replaces the content of the file. */
export function writeSynced(path: string, content: Uint8Array): void {
  const file = openSync(path, 'w', 0o600);
  try {
    for (let written = 0; written < content.byteLength; ) written += writeSync(file, content, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readImage(path: string): Uint8Array {
  const image = readFileSync(path);
  setLegacyFormat(image);
  return image;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
