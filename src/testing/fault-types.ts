/** The types of faults in `bursar/testing`; docs/lab.md describes them. Times are milliseconds unless their name says otherwise. */
import type { Effect } from '../lab/effects/effect.ts';
import type { Ending, Position } from '../lab/fault.ts';

/** `before`: nothing is done. `after`: everything is done, committed and synced. */
export type FaultPosition = Position;

/** The ending of the reply. */
export type FaultEnding = Ending;

/** An effect after the reply, on the withdrawal that the request has submitted, or on the newest deposit. */
export type FaultEffect =
  | Exclude<Effect, { readonly kind: 'stuck' }>
  /** Lasts until it is ended if `seconds` is absent or null. */
  | { readonly kind: 'stuck'; readonly seconds?: number | null };

/** A fault without a name. */
export type OwnFault = {
  readonly position: FaultPosition;
  readonly ending: FaultEnding;
  readonly effects?: readonly FaultEffect[];
};
