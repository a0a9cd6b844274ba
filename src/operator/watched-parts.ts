/** The ports of a handler, with a check of whether anything that it asked of them was done. */
import type { OperatorParts } from './handler.ts';

export type WatchedParts = { readonly parts: OperatorParts; readonly hasDone: () => boolean };

/** Covers the ports that execute commands; reads and settings of the lab do not count. */
export function watchParts(parts: OperatorParts): WatchedParts {
  let isDone = false;
  const onOutcome = (outcome: unknown) => {
    isDone ||= typeof outcome === 'object' && outcome !== null && 'done' in outcome;
  };
  const commands = watchOutcomes(parts.commands, onOutcome);
  const chainService = watchOutcomes(parts.chainService, onOutcome);
  return { parts: { ...parts, commands, chainService }, hasDone: () => isDone };
}

function watchOutcomes<T extends object>(port: T, onOutcome: (outcome: unknown) => void): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const outcome: unknown = await Reflect.apply(member, target, args);
        onOutcome(outcome);
        return outcome;
      };
    },
  });
}
