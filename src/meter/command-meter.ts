/** Counts commands by outcome and batches by size and duration. Its figures can be sent to another thread. */

import { present } from '../boundary/present.ts';
import type { Execution, Outcome } from '../store/port.ts';
import { Distribution, type Tally } from './distribution.ts';

const sizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const commitBoundsMs = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

const commandOutcomes = ['done', 'rejected', 'not-done', 'unknown', 'bug'] as const;
export type CommandOutcome = (typeof commandOutcomes)[number];

export type CommandFigures = {
  readonly commands: readonly (readonly [name: string, outcome: CommandOutcome, count: number])[];
  /** Commands per batch. */
  readonly sizes: Tally;
  /** Time from passing a batch to the store until its outcomes, ms. */
  readonly commits: Tally;
};

type Counts = Record<CommandOutcome, number>;

export class CommandMeter {
  readonly #commands = new Map<string, Counts>();
  readonly #sizes = new Distribution(sizeBounds);
  readonly #commits = new Distribution(commitBoundsMs);

  count(batch: readonly Execution[], outcomes: readonly Outcome[], durationMs: number): void {
    this.#sizes.observe(batch.length);
    this.#commits.observe(durationMs);
    // By index and in one object each, because every command is counted between two commits.
    for (let index = 0; index < batch.length; index += 1) {
      const { name } = present(batch[index]).command;
      this.#countsOf(name)[outcomeOf(present(outcomes[index]))] += 1;
    }
  }

  read(): CommandFigures {
    return {
      commands: [...this.#commands].flatMap(([name, counts]) =>
        commandOutcomes
          .filter((outcome) => counts[outcome] > 0)
          .map((outcome) => [name, outcome, counts[outcome]] as const),
      ),
      sizes: this.#sizes.read(),
      commits: this.#commits.read(),
    };
  }

  #countsOf(name: string): Counts {
    const known = this.#commands.get(name);
    if (known !== undefined) return known;
    const counts: Counts = { done: 0, rejected: 0, 'not-done': 0, unknown: 0, bug: 0 };
    this.#commands.set(name, counts);
    return counts;
  }
}

function outcomeOf(outcome: Outcome): CommandOutcome {
  if ('done' in outcome) return 'done';
  return 'rejected' in outcome ? 'rejected' : outcome.fault;
}
