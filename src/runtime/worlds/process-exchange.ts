/** The exchange of the process, as its worlds see it. */
import type { LabClock } from '../../clock/lab-clock.ts';
import type { EnginePort } from '../../engine/engine-port.ts';
import type { StoreLocation } from '../../engine/open-store.ts';
import type { Lab } from '../../lab/lab.ts';

export type OpenedExchange = { readonly engine: EnginePort; readonly lab: Lab };

export type ProcessExchange = {
  readonly clock: LabClock;
  readonly location: StoreLocation;
  /** As it is now: another one after it was reopened. @throws while it is closed. */
  readonly opened: () => OpenedExchange;
  /**
   * Closes it, and opens it again when `meanwhile` has resolved or rejected. Requests that are served then find what
   * `onOpened` has done.
   * @throws the error of `meanwhile`
   */
  readonly reopen: (
    meanwhile: () => Promise<void>,
    onOpened: (exchange: OpenedExchange) => Promise<void>,
  ) => Promise<void>;
};
