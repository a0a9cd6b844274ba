/** A fault that a request has run into, and that has not fired yet. */
import type { Fault } from './fault.ts';

export type ArmedFault = {
  /** The rule, or `header` or `magic-value`. */
  readonly source: string;
  readonly preset: string | null;
  readonly fault: Fault;
  /** Draws a number from 0 to 1 by the dice: the same number for the same `draw`. */
  readonly draw: (draw: number) => number;
  /** Called if it does not fire, because the request was rejected. */
  readonly giveBack: () => void;
};
