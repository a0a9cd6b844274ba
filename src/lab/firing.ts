/** One request that a fault has hit. */
export type Firing = {
  readonly id: string;
  /** In the order of firing, from 1. */
  readonly number: number;
  /** The rule, or `header` or `magic-value`. */
  readonly ruleId: string;
  /** null: the rule has a fault of its own. */
  readonly preset: string | null;
  /** World time in ms. */
  readonly at: number;
  readonly requestNumber: number;
  readonly operation: string;
  readonly apiKey: string | null;
  readonly accountId: number | null;
  readonly withdrawalId: string | null;
  /** Whether the work of the request was done; false until it is, if it begins late. */
  readonly done: boolean;
};
