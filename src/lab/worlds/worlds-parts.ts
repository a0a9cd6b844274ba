/** The dependencies of worlds on their process. */
import type { Clock } from '../../clock/clock.ts';
import type { WorldMaker } from './world.ts';

export type WorldsParts<O> = {
  readonly clock: Pick<Clock, 'wire' | 'monotonic'>;
  readonly maker: WorldMaker<O>;
  readonly encryptSecret: (secret: string) => string;
  /** A random number of 32 bits. */
  readonly randomSeed: () => number;
  /** 8 random hex digits. */
  readonly randomName: () => string;
  /** A world could not be put to sleep or deleted. */
  readonly onFault: (error: unknown) => void;
};
