/** The dependencies of the workers. */
import type { ChainControl, Chains } from '../chain/port.ts';
import type { Clock } from '../clock/clock.ts';
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';

/** Each worker names the parts that it uses. */
export type WorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chains: Chains;
  readonly control: Pick<ChainControl, 'failTransaction' | 'quietSince'>;
  readonly catalog: () => Catalog;
  readonly clock: Pick<Clock, 'world'>;
  /** Lets other work run. */
  readonly yieldNow: () => Promise<void>;
  /** Number of rows per page, at present. */
  readonly pageSize: () => number;
  /** Once aborted, no further page is started. */
  readonly stopping: AbortSignal;
};
