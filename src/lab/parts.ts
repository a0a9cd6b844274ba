/** The parts of its server that the lab uses. */
import type { ChainService } from '../chain/service.ts';
import type { Timeline, TimeSource } from '../clock/clock.ts';
import type { KeyRing } from '../customer/key-ring.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';
import type { Firing } from './firing.ts';
import type { LoggedRequest } from './logged-request.ts';
import type { WorldClock } from './world-clock.ts';

export type LabParts = {
  readonly reads: Pick<Reads, 'row' | 'rows' | 'deposits' | 'withdrawals' | 'withdrawalsOfOrders'>;
  readonly clock: {
    readonly wire: TimeSource;
    readonly world: Timeline;
    readonly monotonic: Timeline;
  };
  readonly worldClock: WorldClock;
  readonly catalog: () => Catalog;
  readonly chainService: ChainService;
  readonly weightPerMinute: number;
  /** A 32-bit number, for rules without a seed. */
  readonly randomSeed: () => number;
  /** Called with each firing. */
  readonly onFiring: (firing: Firing) => void;
  /** Called with each answered request. */
  readonly onAnswered: (request: LoggedRequest) => void;
  readonly keys: Pick<KeyRing, 'find'>;
  /** Whether only the bytes as sent count as signed. */
  readonly strictSignatures: boolean;
  /** Lets other work in the event loop run. */
  readonly yieldNow: () => Promise<void>;
};
