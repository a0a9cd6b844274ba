/** The places in which worlds on file keep everything that survives the process. */
import { StoreFault } from '../../store/port.ts';
import type { SavedWorld } from './saved-world.ts';
import type { MissingKey } from './world-keys.ts';

/** The record that the registry keeps of a world on file, besides its books. */
export type WorldRecord = {
  readonly from: string;
  readonly seed: number;
  readonly timeToLiveMs: number | null;
  readonly isFromTemplate: boolean;
  readonly parked: number;
  /** Machine time, ms. */
  readonly createdAt: number;
  /** The keys that it has issued. */
  readonly keys: readonly string[];
  readonly lastSnapshot: number;
  readonly snapshots: readonly {
    readonly id: string;
    readonly label: string | null;
    readonly createdAt: number;
  }[];
};

/** The state from which the time and the ids of a world at rest continue. */
export type Rest = Pick<SavedWorld, 'atMs' | 'time' | 'drawn' | 'wasCut'> & {
  /** Its keys that it gets when it wakes. */
  readonly missingKeys: readonly MissingKey[];
};

/** The place of one world. Everything is synced to disk when a method returns. @throws PlaceProblem */
export type WorldPlace = {
  /** The folder of its store and its chains. */
  readonly folder: string;
  writeRecord(record: WorldRecord): void;
  /** Keeps a saved state under `origin` or the id of a snapshot. @returns the same on file, without faults. */
  keep(id: string, saved: SavedWorld): SavedWorld;
  /** The world resumes from this, with these keys; nothing may have its store open. @returns the same on file. */
  replace(saved: SavedWorld, missingKeys: readonly MissingKey[]): SavedWorld;
  noteRest(rest: Rest): void;
  /** The state in which the world was left; nothing may have its store open. */
  current(): SavedWorld;
  /** Removes a saved state that was kept. */
  remove(id: string): void;
  delete(): void;
};

/** A world that an earlier process has left. */
export type StoredWorld = {
  readonly name: string;
  readonly record: WorldRecord;
  readonly place: WorldPlace;
  readonly current: SavedWorld;
  readonly missingKeys: readonly MissingKey[];
  /** Returns a saved state that was kept. */
  readonly kept: (id: string) => SavedWorld;
};

export type WorldPlaces = {
  /** @throws PlaceProblem if worlds cannot be kept on file, or something else has this name there. */
  create(name: string): WorldPlace;
  stored(): readonly StoredWorld[];
  close(): void;
};

/** A world cannot be kept on file. The message says why. */
export class PlaceProblem extends StoreFault {
  constructor(message: string) {
    super('not-done', message);
  }
}
