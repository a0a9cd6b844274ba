/** A fault with a name. */
import type { Fault } from './fault.ts';
import type { OperationKind } from './operations.ts';

export type Preset = Fault & {
  readonly name: string;
  /** The operations that it applies to. */
  readonly appliesTo: OperationKind;
  /** What happens, and what it leads to. */
  readonly consequence: string;
  /** Where this fault has been seen in practice. */
  readonly source: string;
};
