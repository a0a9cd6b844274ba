/** Worlds of the lab at rest. */

/** A store and its simulated chains as bytes, on SQLite. Each is the image of a database (`sqlite/image.ts`). */
export type SqliteImage = {
  readonly store: Uint8Array;
  readonly chains: Uint8Array;
  /** The size of one that is on file, and is read whenever it is used. */
  readonly storedBytes?: number;
};

/** On PostgreSQL: the URL of a database that nobody is connected to. */
export type DatabaseImage = { readonly database: string; readonly storedBytes: number };

export type WorldImage = SqliteImage | DatabaseImage;

export function bytesOf(image: WorldImage): number {
  if ('database' in image) return image.storedBytes;
  return image.storedBytes ?? image.store.byteLength + image.chains.byteLength;
}

/** @returns the image, which must be one on SQLite. */
export function sqliteOf(image: WorldImage): SqliteImage {
  if ('database' in image) throw new Error('the image of a world is a database, and was to be one on SQLite');
  return image;
}

/** @returns the image, which must be one on PostgreSQL. */
export function databaseOf(image: WorldImage): DatabaseImage {
  if ('database' in image) return image;
  throw new Error('the image of a world is one on SQLite, and was to be a database');
}

/** @returns a copy that does not follow the files, if it is on file. */
export function inMemory(image: SqliteImage): SqliteImage {
  return image.storedBytes === undefined ? image : { store: image.store, chains: image.chains };
}

export type WorldAtRest = {
  readonly image: WorldImage;
  /** World time of the image, ms: work that becomes due later is not done in it. */
  readonly atMs: number;
  /** Absent: it was closed properly. Otherwise `atMs` is unknown, and the store has the time from which it resumes. */
  readonly wasCut?: boolean | undefined;
};
