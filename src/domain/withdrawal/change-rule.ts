/** The rules by which changes of operators need a second person. */
import type { ChangeKind, ChangeRule } from '../../contract/approval-terms.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isAbove, usdOf } from './approval-policy.ts';

/** The amount that is moved; absent if the change moves nothing. */
export type OperatorChange = {
  readonly kind: ChangeKind;
  readonly moved?: { readonly asset: string; readonly amount: bigint };
};

/** @returns the rule by which the change needs a second person. */
export function ruleOfChange({ kind, moved }: OperatorChange, catalog: Catalog): ChangeRule | undefined {
  const value = moved === undefined ? null : usdOf(moved, catalog);
  const { changes } = catalog.boundedRules;
  return changes.find(({ rule, above }) => rule.kind === kind && isAbove(value, above))?.rule;
}
