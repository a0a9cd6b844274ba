/**
 * Worlds on file, each in a folder of `worlds/` in the data folder: `world.json` is written last when a world is
 * made, so a folder without it belongs to a world that was not completed. `current` names the folder of the store and
 * the chains; a restore writes another one first, so that the world is at any moment either the old one or the new
 * one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConfigError } from '../../engine/config-error.ts';
import { lockDataFolder } from '../../engine/data-folder-lock.ts';
import { ImageFiles, writeImage, writeSynced } from '../../engine/image-files.ts';
import type { SavedWorld } from '../../lab/worlds/saved-world.ts';
import type { MissingKey } from '../../lab/worlds/world-keys.ts';
import {
  PlaceProblem,
  type Rest,
  type StoredWorld,
  type WorldPlace,
  type WorldPlaces,
  type WorldRecord,
} from '../../lab/worlds/world-place.ts';
import { synchronizeFolderOf } from '../../store/sqlite/database-copy.ts';
import { sqliteOf } from '../../store/world-image.ts';

const recordFile = 'world.json';
const currentFile = 'current';
const restFile = 'rest.json';
const ending = '.deleted';
const worldName = /^[a-z0-9][a-z0-9-]{0,39}$/;

const folderOf = (dataFolder: string) => join(dataFolder, 'worlds');

/** Whether an earlier process may have left worlds. */
export function hasWorldFolders(dataFolder: string): boolean {
  return existsSync(folderOf(dataFolder));
}

export class WorldFolders implements WorldPlaces {
  readonly #folder: string;
  readonly #onProblem: (name: string, error: unknown) => void;
  #unlock: (() => void) | undefined;

  /** @param onProblem called for a folder that cannot be read; it is left as it is. */
  constructor(dataFolder: string, onProblem: (name: string, error: unknown) => void) {
    this.#folder = folderOf(dataFolder);
    this.#onProblem = onProblem;
  }

  create(name: string): WorldPlace {
    return explained(() => {
      this.#lock();
      const folder = join(this.#folder, name);
      if (existsSync(folder)) throw new PlaceProblem(`${folder} exists already`);
      mkdirSync(folder, { mode: 0o700 });
      return new WorldFolder(folder);
    });
  }

  /**
   * A folder for a copy that is not needed for long. The next start removes it if this process is killed meanwhile.
   * @throws PlaceProblem
   */
  createTemporary(): string {
    return explained(() => {
      this.#lock();
      const folder = join(this.#folder, `copy-${randomBytes(8).toString('hex')}${ending}`);
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    });
  }

  /** @throws PlaceProblem if another process has them. */
  stored(): readonly StoredWorld[] {
    if (!existsSync(this.#folder)) return [];
    return explained(() => {
      this.#lock();
      return readdirSync(this.#folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? this.#storedIn(entry.name) : [],
      );
    });
  }

  close(): void {
    this.#unlock?.();
    this.#unlock = undefined;
  }

  #storedIn(name: string): readonly StoredWorld[] {
    const folder = join(this.#folder, name);
    if (name.endsWith(ending)) {
      rmSync(folder, { recursive: true, force: true });
      return [];
    }
    if (!worldName.test(name)) return [];
    try {
      if (!existsSync(join(folder, recordFile))) {
        rmSync(folder, { recursive: true, force: true });
        return [];
      }
      // cast: this program wrote it.
      const record = readJson(join(folder, recordFile)) as WorldRecord;
      const place = new WorldFolder(folder);
      const current = savedIn(place.folder);
      removeOthers(folder, [place.folder, 'origin', ...record.snapshots.map(({ id }) => id)]);
      const { missingKeys = [] } = restOf(place.folder);
      return [{ name, record, place, current, missingKeys, kept: (id) => savedIn(join(folder, id)) }];
    } catch (error) {
      this.#onProblem(name, error);
      return [];
    }
  }

  #lock(): void {
    this.#unlock ??= lockDataFolder(this.#folder);
  }
}

class WorldFolder implements WorldPlace {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get folder(): string {
    return join(this.#folder, readFileSync(join(this.#folder, currentFile), 'utf8'));
  }

  writeRecord(record: WorldRecord): void {
    explained(() => this.#replaceFile(recordFile, JSON.stringify(record)));
  }

  keep(id: string, saved: SavedWorld): SavedWorld {
    return this.#saved(id, saved);
  }

  remove(id: string): void {
    explained(() => rmSync(join(this.#folder, id), { recursive: true, force: true }));
  }

  replace(saved: SavedWorld, missingKeys: readonly MissingKey[]): SavedWorld {
    return explained(() => {
      const old = existsSync(join(this.#folder, currentFile)) ? this.folder : undefined;
      const number = old === undefined ? 1 : Number(old.slice(old.lastIndexOf('-') + 1)) + 1;
      const name = `books-${number}`;
      // Left by a process that ended meanwhile.
      rmSync(join(this.#folder, name), { recursive: true, force: true });
      const replaced = this.#saved(name, saved, missingKeys);
      this.#replaceFile(currentFile, name);
      if (old !== undefined) rmSync(old, { recursive: true, force: true });
      return replaced;
    });
  }

  noteRest(rest: Rest): void {
    explained(() => writeRest(this.folder, rest));
  }

  current(): SavedWorld {
    return explained(() => savedIn(this.folder));
  }

  delete(): void {
    const deleted = `${this.#folder}${ending}`;
    explained(() => {
      renameSync(this.#folder, deleted);
      synchronizeFolderOf(deleted);
      rmSync(deleted, { recursive: true, force: true });
    });
  }

  /** Writes all of it, or leaves nothing. */
  #saved(name: string, saved: SavedWorld, missingKeys?: readonly MissingKey[]): SavedWorld {
    const folder = join(this.#folder, name);
    try {
      return explained(() => save(folder, saved, missingKeys));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  #replaceFile(name: string, text: string): void {
    replaceFile(join(this.#folder, name), text);
  }
}

function save(folder: string, saved: SavedWorld, missingKeys: readonly MissingKey[] = []): SavedWorld {
  writeImage(folder, sqliteOf(saved.image));
  writeRest(folder, { ...saved, missingKeys });
  return savedIn(folder);
}

function savedIn(folder: string): SavedWorld {
  const { atMs, time, drawn, wasCut } = restOf(folder);
  return { atMs, time, drawn, wasCut, image: new ImageFiles(folder) };
}

function writeRest(folder: string, { atMs, time, drawn, wasCut = false, missingKeys }: Rest): void {
  replaceFile(join(folder, restFile), JSON.stringify({ atMs, time, drawn, wasCut, missingKeys }));
}

/** Earlier versions have noted no keys. */
function restOf(folder: string): Omit<Rest, 'missingKeys'> & Partial<Rest> {
  // cast: this program wrote it.
  return readJson(join(folder, restFile)) as Rest;
}

/** Removes what is left of a restore or a snapshot that was cut short. */
function removeOthers(folder: string, used: readonly string[]): void {
  const names = new Set(used.map((path) => basename(path)));
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory() && !names.has(entry.name)) rmSync(join(folder, entry.name), { recursive: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The file has the old content or the new one at any moment. */
function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  writeSynced(beside, Buffer.from(text));
  renameSync(beside, path);
  synchronizeFolderOf(path);
}

function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PlaceProblem) throw error;
    if (error instanceof ConfigError || (error instanceof Error && 'code' in error))
      throw new PlaceProblem(error.message);
    throw error;
  }
}
