/** A fault with a name. */
import type { Fault } from './fault.ts';

/** `writes`: those that change something. `reads`: the others. */
export type OperationKind =
  | 'all'
  | 'writes'
  | 'reads'
  | 'withdrawals'
  | 'histories'
  | 'withdrawal-histories'
  | 'deposit-histories';

export const kindsInWords: Readonly<Record<OperationKind, string>> = {
  all: 'all',
  writes: 'all that change something',
  reads: 'all that only read',
  withdrawals: 'withdrawals',
  histories: 'histories of deposits and withdrawals',
  'withdrawal-histories': 'histories of withdrawals',
  'deposit-histories': 'histories of deposits',
};

export type Preset<Name extends string = string> = Fault & {
  readonly name: Name;
  /** The operations that it applies to. */
  readonly appliesTo: OperationKind;
  /** The fault in words, and its consequences for clients. */
  readonly consequence: string;
  /** An occurrence of this fault in practice. */
  readonly source: string;
};

/** Keeps the names in the type of the list. */
export function definePresets<const Name extends string>(
  list: readonly Preset<Name>[],
): readonly Preset<Name>[] {
  return list;
}
