/** The facts that the registry keeps about a world besides the world itself. */
import type { TimeSource } from '../../clock/clock.ts';
import type { SavedWorld } from './saved-world.ts';
import type { WorldDatabasePlaces } from './world.ts';
import type { KeyHolder } from './world-keys.ts';
import type { WorldPlace } from './world-place.ts';

/** The name that stands for the exchange of the process. */
export const exchangeName = 'main';

export type WorldOptions = {
  readonly name: string;
  /** A template, a world, or `import`. */
  readonly from: string;
  readonly seed: number;
  readonly timeToLiveMs: number | null;
  /** The state to which a reset returns. */
  readonly origin: SavedWorld;
  /** Its place, if it is on file. */
  readonly place?: WorldPlace | undefined;
  /** The places of its databases, if it is on PostgreSQL. */
  readonly databases?: WorldDatabasePlaces | undefined;
  /** Whether a reset continues with the time of the machine, as in a world that was made of a template. */
  readonly isFromTemplate: boolean;
  /** Undefined: not known yet. */
  readonly holders: readonly KeyHolder[] | undefined;
  /** Withdrawals that were under way in the world that it is a fork of. */
  readonly parked: number;
};

export type Snapshot = {
  readonly id: string;
  readonly label: string | null;
  /** Machine time in ms. */
  readonly createdAt: number;
  readonly saved: SavedWorld;
};

/** `postgres`: beside an exchange on PostgreSQL. */
export type Storage = 'memory' | 'file' | 'postgres';

export type Naming = {
  readonly name?: string | undefined;
  readonly timeToLiveMs?: number | undefined;
  /** By default in memory. */
  readonly storage?: Storage | undefined;
};

/** The properties with which a new world begins. */
export type Planned = Omit<WorldOptions, 'name' | 'timeToLiveMs' | 'place' | 'databases' | 'holders'> & {
  readonly holders: readonly KeyHolder[];
};

export type RegistryClock = { readonly wire: TimeSource; readonly monotonic: TimeSource };
