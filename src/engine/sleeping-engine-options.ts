/** The dependencies of an engine that sleeps while nobody uses it. */
import type { LabClock } from '../clock/lab-clock.ts';
import type { WorldState } from '../clock/world-time.ts';
import type { DatabaseImage, WorldAtRest } from '../store/world-image.ts';
import type { EngineListener } from './engine-port.ts';
import type { LocalEngine } from './local-engine.ts';

export type SleepingEngineOptions = EngineListener & {
  readonly clock: LabClock;
  readonly rest: WorldAtRest;
  /** Block time of the simulated chains, ms of world time; 0: blocks are mined on demand. */
  readonly blockMs: number;
  /** A source of 20 hex digits for the ids of records. */
  readonly randomHex: () => string;
  /** Called each time it wakes, before anything else uses it, with the state from which the time of the world resumes. */
  readonly onWake: (engine: LocalEngine, time: WorldState) => Promise<void>;
  /** The folder of a world on file; undefined: the world is in memory. */
  readonly files?: EngineFiles | undefined;
  /** Copies databases for a world on PostgreSQL, whose image at rest is a database that is never changed. */
  readonly databases?: DatabaseCopies | undefined;
  /** A copy of that image, if one was made already. */
  readonly ownDatabase?: DatabaseImage | undefined;
};

export type DatabaseCopies = {
  /** @throws DatabaseProblem */
  copy(image: DatabaseImage): Promise<DatabaseImage>;
  drop(image: DatabaseImage): Promise<void>;
};

/** The folder of a world on file. It has the image at rest. */
export type EngineFiles = {
  readonly folder: string;
  /** Called before the store is opened. */
  readonly onOpen: () => void;
  /** Called when it is closed, with the time of the world. */
  readonly onClosed: (atMs: number) => void;
};
