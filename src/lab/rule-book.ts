/** The rules of a lab with their counters. */
import type { RequestContext } from '../customer/request-context.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ArmedFault } from './armed-fault.ts';
import { Dice } from './dice.ts';
import { MatchCounter } from './match-counter.ts';
import { matches, type Rule } from './rule.ts';

export type RuleState = {
  readonly id: string;
  readonly rule: Rule;
  /** Requests that the conditions other than `nth` have matched. */
  readonly matched: number;
  /** Number of times that it may still fire. */
  readonly left: number;
};

/** A rule as a snapshot keeps it. */
type SavedRule = RuleState & { readonly matches: ReadonlyMap<string, number> };

export type SavedRules = { readonly rules: readonly SavedRule[]; readonly lastNumber: number };

class ActiveRule {
  readonly id: string;
  readonly rule: Rule;
  readonly #dice: Dice;
  readonly #matches: MatchCounter;
  matched: number;
  left: number;

  constructor({ id, rule, matched, left, matches }: SavedRule) {
    this.id = id;
    this.rule = rule;
    this.matched = matched;
    this.left = left;
    this.#matches = new MatchCounter(matches);
    // Without the id, so that rules may be created in any order; without the client, so that new keys change nothing.
    const { apiKey: _key, account: _account, ...on } = rule.on;
    this.#dice = new Dice(rule.seed, JSON.stringify([on, rule.preset, rule.fault]));
  }

  save(): SavedRule {
    const { id, rule, matched, left } = this;
    return { id, rule, matched, left, matches: new Map(this.#matches.counts) };
  }

  /** @returns the fault if the rule fires for this request. */
  take(context: RequestContext, catalog: () => Catalog): ArmedFault | undefined {
    if (!matches(this.rule, context, catalog)) return undefined;
    this.matched += 1;
    const match = this.#matches.next(context.key?.apiKey);
    const { on, probability, preset, fault } = this.rule;
    if (this.left === 0 || this.matched < (on.nth ?? 1) || this.#dice.draw(match) >= probability)
      return undefined;
    this.left -= 1;
    return {
      source: this.id,
      preset,
      fault,
      draw: (draw) => this.#dice.draw(match, draw),
      giveBack: () => {
        this.left += 1;
      },
    };
  }
}

export class RuleBook {
  readonly #rules = new Map<string, ActiveRule>();
  readonly #catalog: () => Catalog;
  #lastNumber = 0;

  constructor(catalog: () => Catalog) {
    this.#catalog = catalog;
  }

  add(rule: Rule): RuleState {
    this.#lastNumber += 1;
    const id = `f_${this.#lastNumber}`;
    const added = new ActiveRule({ id, rule, matched: 0, left: rule.times, matches: new Map() });
    this.#rules.set(added.id, added);
    return added;
  }

  save(): SavedRules {
    return { rules: [...this.#rules.values()].map((rule) => rule.save()), lastNumber: this.#lastNumber };
  }

  /** To be called before there are rules. */
  restore({ rules, lastNumber }: SavedRules): void {
    for (const rule of rules) this.#rules.set(rule.id, new ActiveRule(rule));
    this.#lastNumber = lastNumber;
  }

  get(id: string): RuleState | undefined {
    return this.#rules.get(id);
  }

  list(): readonly RuleState[] {
    return [...this.#rules.values()];
  }

  delete(id: string): boolean {
    return this.#rules.delete(id);
  }

  get size(): number {
    return this.#rules.size;
  }

  /** Counts the request for every rule that matches. @returns the fault of the first rule that fires. */
  take(context: RequestContext): ArmedFault | undefined {
    if (this.#rules.size === 0) return undefined;
    let first: ArmedFault | undefined;
    for (const rule of this.#rules.values()) {
      const taken = rule.take(context, this.#catalog);
      if (first === undefined) first = taken;
      else taken?.giveBack();
    }
    return first;
  }
}
