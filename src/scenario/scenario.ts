/** A scenario: a world and what happens in it, as data that can be attached to a bug report. */
import type { Operation } from '../contract/operation.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';

export type Values = Readonly<Record<string, unknown>>;

export type ScenarioAccount = {
  readonly email: string;
  /** The fields of its opening, without the e-mail. */
  readonly opening: Values;
  /** The fields that are changed after the opening. */
  readonly changes: Values;
  readonly balances: Readonly<Record<string, string>>;
};

export type ScenarioNetwork = {
  readonly network: string;
  readonly rules: Values;
  readonly chain: Values;
};

/** The action of a step of the timeline. References in `values` are not resolved yet. */
export type Action =
  | { readonly kind: 'operator'; readonly operation: OperatorOperation; readonly values: Values }
  | {
      readonly kind: 'customer';
      readonly operation: Operation;
      readonly values: Values;
      /** E-mail. */
      readonly as: string;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'deposit'; readonly values: Values };

export type ScenarioStep = {
  /** Milliseconds after the start. */
  readonly atMs: number;
  readonly action: Action;
  readonly name: string | undefined;
};

export type Scenario = {
  readonly name: string | null;
  /** World time in ms; null: the time that the world has. */
  readonly startsAt: number | null;
  /** Seed of the ids, keys and transactions of its world, 32 bits; null: they are random. */
  readonly seed: number | null;
  /** Whether the time of the world stands still at the end. */
  readonly endsFrozen: boolean;
  readonly networks: readonly ScenarioNetwork[];
  readonly assets: readonly { readonly asset: string; readonly fields: Values }[];
  readonly accounts: readonly ScenarioAccount[];
  readonly faults: readonly Values[];
  readonly timeline: readonly ScenarioStep[];
};

/** The rule that a scenario violates, and its place, for example `timeline[2].with.amount`. */
export class ScenarioProblem {
  readonly at: string;
  readonly rule: string;
  /** The line of the file that cannot be parsed; undefined: the file was parsed, and `at` says where the problem is. */
  readonly line: number | undefined;

  constructor(at: string, rule: string, line?: number) {
    this.at = at;
    this.rule = rule;
    this.line = line;
  }

  get message(): string {
    return this.at === '' ? `the scenario ${this.rule}` : `${this.at}: ${this.rule}`;
  }
}
