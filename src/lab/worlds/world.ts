/** A world of the lab: an exchange of its own in this process, with its own books, chains, clock, faults and keys. */
import type { Catalog } from '../../domain/catalog/catalog.ts';
import type { RawReply, RawRequest } from '../../http/http-message.ts';
import type { Admit } from '../../http/web-socket/message-channel.ts';
import type { Reads } from '../../store/reads.ts';
import type { DatabaseImage, SqliteImage, WorldImage } from '../../store/world-image.ts';
import type { MadeKey } from '../seeded-keys.ts';
import type { SavedWorld } from './saved-world.ts';
import type { IssuedKey, KeyHolder, MissingKey } from './world-keys.ts';
import type { WorldPlace, WorldPlaces } from './world-place.ts';

/** @typeParam O the dependencies of the operator API's handlers in it. */
export type World<O> = {
  /** Answers a request of a customer. */
  readonly handle: (request: RawRequest) => Promise<RawReply>;
  /** Decides on a WebSocket connection of a customer. */
  readonly admit: Admit;
  readonly operators: O;
  /** Every read wakes the world. */
  readonly reads: Reads;
  /** @throws while it sleeps. */
  readonly catalog: () => Catalog;
  /** World time in ms. It passes while the world sleeps. */
  readonly now: number;
  /** Whether it has connections and timers. */
  readonly isAwake: boolean;
  /** The last image; while the world sleeps, it is all of it. */
  readonly image: WorldImage;
  wake(): Promise<unknown>;
  /** Whether something is due within this time of the world, or under way. */
  isBusy(withinMs: number): Promise<boolean>;
  sleep(): Promise<void>;
  /** Returns its current state. */
  save(): Promise<SavedWorld>;
  /** Continues from a saved state. Its firings and its request log are emptied. */
  restore(saved: SavedWorld): Promise<void>;
  /** Ends every wait before the work of a request. */
  stop(): void;
  close(): Promise<void>;
};

export type WorldPlan = {
  readonly name: string;
  readonly seed: number;
  readonly saved: SavedWorld;
  readonly makeKey: () => MadeKey;
  /** Called for each API key that is made in it. */
  readonly onKey: (apiKey: string) => void;
  /** The keys that it adds when it wakes, and takes from the list. */
  readonly missingKeys: MissingKey[];
  /** The place of a world on file, whose saved state is there already. */
  readonly place?: WorldPlace | undefined;
  /** The databases of a world on PostgreSQL, whose saved state is a database. */
  readonly databases?: WorldDatabasePlaces | undefined;
};

/** Copies of databases beside that of the exchange. */
export type WorldDatabasePlaces = {
  /** @returns why none can be made now, if so: a sentence without its full stop. */
  problem(): Promise<string | undefined>;
  /** @throws DatabaseProblem */
  copy(image: DatabaseImage): Promise<DatabaseImage>;
  drop(image: DatabaseImage): Promise<void>;
  /** Reads the whole database. */
  onSqlite(image: DatabaseImage): Promise<SqliteImage>;
  /** @throws DatabaseProblem */
  onPostgres(image: SqliteImage): Promise<DatabaseImage>;
};

/** Creates worlds, and gives the registry access to the process. */
export type WorldMaker<O> = {
  open(plan: WorldPlan): World<O>;
  readonly places: WorldPlaces;
  /** Undefined if the exchange is not on PostgreSQL. */
  readonly databases: WorldDatabasePlaces | undefined;
  /** Called when all worlds are closed. */
  close(): Promise<void>;
  /** The exchange of the process as it is now. @returns why it cannot be copied, if so. */
  copyExchange(): Promise<CopiedExchange | { readonly problem: string }>;
  /** Sets the exchange of the process back to the demo world. @returns why it cannot be, if so. */
  resetExchange(): Promise<{ readonly bytes: number } | { readonly problem: string }>;
  /** @returns the scenario, which can be played, or the problem with its place: `.accounts[0].email: …`. */
  readScenario(value: unknown): ReadScenario<O> | { readonly problem: string };
  /** The first call for a template creates it. `postgres` needs `databases`. */
  template(name: TemplateName, storage: 'memory' | 'postgres'): Promise<Template>;
  /** Opens the books of an image. */
  openBooks(image: WorldImage): Promise<Books>;
  /** Returns the world as one SQLite file, without its faults. */
  toFile(saved: SavedWorld, seed: number): Uint8Array;
  /** @returns why it cannot be imported, if so: a phrase such as "is damaged". */
  fromFile(file: Uint8Array): Promise<ImportedWorld | { readonly problem: string }>;
};

export type Books = { readonly reads: Reads; close(): Promise<void> };
export type ImportedWorld = Template & { readonly seed: number };

/** A saved state of which new worlds are copies. */
export type Template = { readonly saved: SavedWorld; readonly holders: readonly KeyHolder[] };

/** The result of a scenario that was played. */
export type PlayedScenario = {
  /** World time in ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The keys of its accounts. */
  readonly keys: readonly IssuedKey[];
  readonly events: readonly object[];
};

export type ReadScenario<O> = {
  /** Null: it has none. */
  readonly seed: number | null;
  readonly play: PlayScenario<O>;
};

export type PlayScenario<O> = (
  world: Pick<World<O>, 'handle' | 'operators'>,
) => Promise<PlayedScenario | { readonly problem: string }>;

/** The exchange of the process. */
export type CopiedExchange = Template & { readonly parked: number };

export type TemplateName = 'demo' | 'empty';
