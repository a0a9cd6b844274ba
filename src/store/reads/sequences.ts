/** The sequences from which the store takes numbers. */
import type { SequenceName } from '../tables.ts';

/** The last number of a sequence, and the highest number in use. */
export type SequenceState = {
  readonly name: SequenceName;
  /** The last number that was taken; null if the sequence is missing. */
  readonly last: number | null;
  /** The highest number that is the key of a row; 0 if there is none. */
  readonly highest: number;
};

export type SequenceReads = {
  /** All sequences. */
  sequences(): Promise<readonly SequenceState[]>;
};
