/**
 * The problems of a definition of reference data: the violated rule, and the details for a text about it. Like errors
 * they have no text; each API describes them in its own words.
 */
import type { AddressFormat, AddressParameter } from './address-format.ts';

/** By id. Fields are named as in the definition: `networks[0].withdrawFee`. */
type Problems = {
  /** The rules for codes are in `code.ts`. */
  readonly 'code-malformed': { readonly kind: 'asset' | 'network' | 'symbol' };
  /** Not an integer from `minimum` to `maximum`. */
  readonly 'integer-out-of-range': {
    readonly field: string;
    readonly minimum: number;
    readonly maximum?: number;
  };
  readonly 'amount-negative': { readonly field: string };
  readonly 'amount-not-decimal': { readonly field: string };
  /** The amount has more decimals than its asset, which has `scale`. */
  readonly 'amount-too-precise': { readonly field: string; readonly asset: string; readonly scale: number };

  readonly 'networks-missing': object;
  readonly 'network-repeated': { readonly network: string };
  /** The change removes a network that the asset does not have. */
  readonly 'network-not-of-asset': { readonly network: string; readonly asset: string };
  readonly 'multiple-not-positive': object;
  /** A deposit would be withdrawable before it is credited. */
  readonly 'unlock-before-credit': object;

  readonly 'group-malformed': object;
  readonly 'explorer-malformed': object;
  /** The definition names no format, and the network's code implies none. */
  readonly 'format-missing': object;
  readonly 'format-unknown': object;
  readonly 'parameter-missing': {
    readonly parameter: AddressParameter;
    readonly addressFormat: AddressFormat;
  };
  readonly 'parameter-superfluous': {
    readonly parameter: AddressParameter;
    readonly addressFormat: AddressFormat;
  };
  readonly 'hrp-malformed': object;
  readonly 'versions-malformed': object;
  readonly 'prefix-invalid': { readonly maximum: number };
  readonly 'pattern-too-long': { readonly maximum: number };
  /** `reason`: by the library for expressions. */
  readonly 'pattern-malformed': { readonly reason: string };
  readonly 'pattern-too-repetitive': object;
  /** Too few addresses match, or none that can be derived. */
  readonly 'pattern-too-narrow': object;
  /** The tag rule does not have exactly the fields of its kind. */
  readonly 'tag-fields-wrong': { readonly kind: string; readonly fields: readonly string[] };
};

type ProblemId = keyof Problems;

/** A violated rule; in a list of networks also the network that violates it. */
export type DefinitionProblem = {
  [I in ProblemId]: { readonly problem: I; readonly ofNetwork?: string } & Problems[I];
}[ProblemId];

export type ProblemOf<I extends ProblemId> = Extract<DefinitionProblem, { readonly problem: I }>;
