/** The types of faults in `bursar/testing`; docs/lab.md describes them. Times are milliseconds unless their name says otherwise. */
import type { Effect } from '../lab/effects/effect.ts';
import type { Ending, Position } from '../lab/fault.ts';

/** `before`: nothing is done. `after`: everything is done, committed and synced. */
export type FaultPosition = Position;

/** How the reply ends. */
export type FaultEnding = Ending;

/** What goes wrong later, with the withdrawal that the request has submitted, or with the newest deposit. */
export type FaultEffect =
  | Exclude<Effect, { readonly kind: 'stuck' }>
  /** Without `seconds`, or with null: until it is ended. */
  | { readonly kind: 'stuck'; readonly seconds?: number | null };

/** A fault without a name. */
export type OwnFault = {
  readonly position: FaultPosition;
  readonly ending: FaultEnding;
  readonly effects?: readonly FaultEffect[];
};
