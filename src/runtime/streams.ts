/** The balance streams of one process. */
import type { Clock } from '../clock/clock.ts';
import { BalanceHub } from '../customer/stream/balance-hub.ts';
import { KeyWatch } from '../customer/stream/key-watch.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import type { StreamMeter } from '../meter/stream-meter.ts';
import type { NamedChanges } from '../store/cached-changes.ts';
import type { TableName } from '../store/tables.ts';
import type { Caches } from './caches.ts';

export type StreamsOptions = {
  readonly engine: EnginePort;
  readonly clock: Clock;
  readonly keys: Caches['keys'];
  readonly meter: StreamMeter;
  readonly methodMeter: RequestMeter;
  readonly onFault: (error: unknown) => void;
};

export class Streams {
  readonly hub: BalanceHub;
  readonly keyWatch: KeyWatch;
  readonly meter: StreamMeter;
  readonly methodMeter: RequestMeter;

  constructor({ engine, clock, keys, meter, methodMeter, onFault }: StreamsOptions) {
    this.meter = meter;
    this.methodMeter = methodMeter;
    this.keyWatch = new KeyWatch({ keys, clock });
    this.hub = new BalanceHub({
      reads: engine.reads,
      catalog: () => engine.catalog(),
      clock,
      othersWrite: () => engine.feedAgeMs() !== null,
      onFault,
    });
  }

  /** Must be called after the caches have dropped what changed. @returns a promise if subscriptions must end first. */
  onChanged(tables: readonly TableName[], named: NamedChanges): Promise<unknown> | undefined {
    if (tables.includes('transfers')) this.hub.noteCommit();
    return this.keyWatch.onChanged(named);
  }

  /** Resolves when the store is not read any more. */
  stop(): Promise<void> {
    this.keyWatch.stop();
    return this.hub.stop();
  }
}
