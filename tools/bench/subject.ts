/** One of the measured commits, with its own worlds. */
import type { Checkout } from './checkout.ts';
import { analyze } from './database.ts';
import { type LoadPlan, runLoad, type SigningKey } from './load/load.ts';
import type { Side } from './pairing.ts';
import type { Progress } from './progress.ts';
import { type ServerOptions, ServerProcess } from './server-process.ts';
import type { Place, Storage } from './storage.ts';
import { orderQuery, seedAccounts, withdrawalPath } from './world.ts';

type World = { readonly place: Place; readonly keys: readonly SigningKey[] };

/** A server running on a fresh copy of a world. */
export type Started = {
  readonly server: ServerProcess;
  readonly keys: readonly SigningKey[];
  readonly place: Place;
};

export type Loop = { readonly durationMs: number } | { readonly requests: number } | PacedLoop;
type PacedLoop = { readonly durationMs: number; readonly ratePerSecond: number };

const stopTimeoutMs = 60_000;
const closedLoopConnections = 64;
const openLoopConnections = 256;
/** PostgreSQL replans after it: its plans for empty tables are bad. */
const planningLoad = { requests: 500 };

export class Subject {
  readonly side: Side;
  readonly checkout: Checkout;
  readonly #storage: Storage;
  readonly #progress: Progress;
  readonly #worlds = new Map<number, Promise<World>>();

  constructor(side: Side, checkout: Checkout, storage: Storage, progress: Progress) {
    this.side = side;
    this.checkout = checkout;
    this.#storage = storage;
    this.#progress = progress;
  }

  /** Creates the world with this many accounts unless it exists. */
  async prepare(accounts: number): Promise<void> {
    await this.#worldOf(accounts);
  }

  /** Runs `use` with a server on a fresh copy of the world; server and copy are removed afterwards. */
  withServer<T>(accounts: number, use: (started: Started) => Promise<T>): Promise<T> {
    return this.withCopy(accounts, async (place, keys) => {
      const server = await this.start(place);
      try {
        if (place.databaseUrl !== undefined) {
          await runLoad({ ...withdrawals(server, keys, planningLoad), warmupMs: 0 });
          await analyze(place.databaseUrl);
        }
        return await use({ server, keys, place });
      } finally {
        await server.kill();
      }
    });
  }

  /** Runs `use` with a fresh copy of the world that no server uses; it is removed afterwards. */
  async withCopy<T>(
    accounts: number,
    use: (place: Place, keys: readonly SigningKey[]) => Promise<T>,
  ): Promise<T> {
    const { place: original, keys } = await this.#worldOf(accounts);
    return this.withDuplicate(original, (place) => use(place, keys));
  }

  /** Runs `use` with a copy of a place that no server uses; it is removed afterwards. */
  async withDuplicate<T>(original: Place, use: (place: Place) => Promise<T>): Promise<T> {
    const place = await this.#storage.copyOf(original);
    try {
      return await use(place);
    } finally {
      await this.#storage.removePlace(place);
    }
  }

  start(
    { dataFolder, databaseUrl }: Place,
    world: Pick<ServerOptions, 'demo' | 'lab' | 'labBlocks'> = {},
  ): Promise<ServerProcess> {
    return ServerProcess.start({ checkout: this.checkout, dataFolder, databaseUrl, ...world });
  }

  /** Runs `use` with an empty place; it is removed afterwards. */
  async withEmptyPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
    const place = await this.#storage.createPlace();
    try {
      return await use(place);
    } finally {
      await this.#storage.removePlace(place);
    }
  }

  #worldOf(accounts: number): Promise<World> {
    const world = this.#worlds.get(accounts) ?? this.#seed(accounts);
    this.#worlds.set(accounts, world);
    return world;
  }

  async #seed(accounts: number): Promise<World> {
    const place = await this.#storage.createPlace();
    const server = await this.start(place);
    try {
      const keys = await seedAccounts(server, accounts, this.#progress, false);
      await server.stop(stopTimeoutMs);
      return { place, keys };
    } finally {
      await server.kill();
    }
  }
}

/** A load plan of withdrawals with order ids. */
export function withdrawals(
  server: ServerProcess,
  keys: readonly SigningKey[],
  loop: Loop,
  query = orderQuery,
): LoadPlan {
  return {
    host: '127.0.0.1',
    ports: [server.port],
    connections: 'ratePerSecond' in loop ? openLoopConnections : closedLoopConnections,
    warmupMs: 1500,
    workload: { kind: 'signed', method: 'POST', path: withdrawalPath, keys, query },
    ...loop,
  };
}
