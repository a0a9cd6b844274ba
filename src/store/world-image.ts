/** Worlds of the lab at rest. */

/** A store and its simulated chains as bytes, on SQLite. Each is the image of a database (`sqlite/image.ts`). */
export type WorldImage = { readonly store: Uint8Array; readonly chains: Uint8Array };

export function bytesOf({ store, chains }: WorldImage): number {
  return store.byteLength + chains.byteLength;
}

export type WorldAtRest = {
  readonly image: WorldImage;
  /** World time of the image, ms: what becomes due afterwards is not done in it. */
  readonly atMs: number;
};
