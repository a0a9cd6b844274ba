/** The faults of a world in a snapshot: rules with their counters, effects in force, and magic values. */
import type { SavedEffects } from './effects/effect-book.ts';
import type { SavedRules } from './rule-book.ts';
import type { SavedTriggers } from './triggers.ts';

export type SavedFaults = {
  readonly rules: SavedRules;
  readonly effects: SavedEffects;
  readonly triggers: SavedTriggers;
};

/**
 * The same faults for the clients of a copy, which have other keys: a fault for a key of the original is for the
 * corresponding key of the copy.
 * @param keyOf the new key for an old one; undefined: there is none.
 */
export function withOtherKeys(
  { rules, effects, triggers }: SavedFaults,
  keyOf: (apiKey: string) => string | undefined,
): SavedFaults {
  const renamed = (matches: ReadonlyMap<string, number>) =>
    new Map([...matches].map(([apiKey, count]) => [keyOf(apiKey) ?? apiKey, count]));
  return {
    rules: {
      ...rules,
      rules: rules.rules.map(({ rule, matches, ...state }) => {
        const { apiKey } = rule.on;
        const own = apiKey === undefined ? undefined : keyOf(apiKey);
        return {
          ...state,
          rule: own === undefined ? rule : { ...rule, on: { ...rule.on, apiKey: own } },
          matches: renamed(matches),
        };
      }),
    },
    effects,
    triggers: { ...triggers, matches: renamed(triggers.matches) },
  };
}
