/** Worlds of the lab at rest. */

/** A store and its simulated chains as bytes, on SQLite. Each is the image of a database (`sqlite/image.ts`). */
export type WorldImage = {
  readonly store: Uint8Array;
  readonly chains: Uint8Array;
  /** The size of one that is on file, and is read whenever it is used. */
  readonly storedBytes?: number;
};

export function bytesOf(image: WorldImage): number {
  return image.storedBytes ?? image.store.byteLength + image.chains.byteLength;
}

/** @returns a copy that does not follow the files, if it is on file. */
export function inMemory(image: WorldImage): WorldImage {
  return image.storedBytes === undefined ? image : { store: image.store, chains: image.chains };
}

export type WorldAtRest = {
  readonly image: WorldImage;
  /** World time of the image, ms: what becomes due afterwards is not done in it. */
  readonly atMs: number;
  /** Absent: it was closed properly. Otherwise `atMs` is not known, and the store says how its time goes on. */
  readonly wasCut?: boolean | undefined;
};
