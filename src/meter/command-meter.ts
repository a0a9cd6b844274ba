/** Counts commands by outcome and batches by size and duration. Its figures can be sent to another thread. */

import { present } from '../boundary/present.ts';
import type { Execution, Outcome } from '../store/port.ts';
import { Distribution, type Tally } from './distribution.ts';

const sizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const commitBoundsMs = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

export type CommandOutcome = 'done' | 'rejected' | 'not-done' | 'unknown' | 'bug';

export type CommandFigures = {
  readonly commands: readonly (readonly [name: string, outcome: CommandOutcome, count: number])[];
  /** Commands per batch. */
  readonly sizes: Tally;
  /** Time from passing a batch to the store until its outcomes, ms. */
  readonly commits: Tally;
};

export class CommandMeter {
  readonly #commands = new Map<string, Map<CommandOutcome, number>>();
  readonly #sizes = new Distribution(sizeBounds);
  readonly #commits = new Distribution(commitBoundsMs);

  count(batch: readonly Execution[], outcomes: readonly Outcome[], durationMs: number): void {
    this.#sizes.observe(batch.length);
    this.#commits.observe(durationMs);
    for (const [index, { command }] of batch.entries()) {
      this.#countCommand(command.name, outcomeOf(present(outcomes[index])));
    }
  }

  read(): CommandFigures {
    return {
      commands: [...this.#commands].flatMap(([name, counts]) =>
        [...counts].map(([outcome, count]) => [name, outcome, count] as const),
      ),
      sizes: this.#sizes.read(),
      commits: this.#commits.read(),
    };
  }

  #countCommand(name: string, outcome: CommandOutcome): void {
    let counts = this.#commands.get(name);
    if (counts === undefined) {
      counts = new Map();
      this.#commands.set(name, counts);
    }
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
}

function outcomeOf(outcome: Outcome): CommandOutcome {
  if ('done' in outcome) return 'done';
  return 'rejected' in outcome ? 'rejected' : outcome.fault;
}
