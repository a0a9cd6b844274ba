/**
 * An engine with the clock of the lab, in the thread of the test: the time of its machine stands still, and each command
 * that its store executes is reported in the order of the commits.
 */
import { mock } from 'node:test';
import type { Clock } from '../../src/clock/clock.ts';
import { LabClock } from '../../src/clock/lab-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { WorldState } from '../../src/clock/world-time.ts';
import { type CommandName, type Commands, commands } from '../../src/command/registry.ts';
import { Engine, type EngineOptions } from '../../src/engine/engine.ts';
import { SeededIds } from '../../src/lab/seeded-ids.ts';
import { WorldClock } from '../../src/lab/world-clock.ts';
import type { Execution, Outcome } from '../../src/store/port.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { done } from '../support/world.ts';

export type LabLocation = EngineOptions['location'];
type OnExecuted = (name: CommandName, input: unknown, outcome: Outcome) => void;

const names = new Map<unknown, CommandName>(
  Object.entries(commands).map(([name, command]) => [command, name as CommandName]),
);

export function nameOf({ command }: Execution): CommandName {
  return names.get(command) ?? 'recordAudit';
}

/** The time of a machine that only a test moves. Its monotonic time runs fast, so that nothing waits for it. */
class TestMachine implements Clock {
  nowMs = Date.UTC(2027, 0, 1, 12);
  readonly wire = { now: () => this.nowMs };
  readonly world = { ...systemClock.world, now: () => this.nowMs };
  #monotonicMs = 0;
  readonly monotonic = { ...systemClock.monotonic, now: () => (this.#monotonicMs += 5) };
}

type LabEngineOptions = {
  readonly location: LabLocation;
  readonly onExecuted: OnExecuted;
  readonly onBug: (error: unknown) => void;
  /** Of the ids of records. */
  readonly idSeed: number;
};

export class LabEngine {
  readonly clock: LabClock;
  readonly worldClock: WorldClock;
  readonly #machine: TestMachine;
  readonly #engine: Engine;
  readonly #restore: () => void;

  private constructor(engine: Engine, clock: LabClock, machine: TestMachine, restore: () => void) {
    this.#engine = engine;
    this.clock = clock;
    this.#machine = machine;
    this.#restore = restore;
    this.worldClock = new WorldClock({
      clock,
      engine: engine.questions,
      record: async (state: WorldState) => {
        await done(this.commands.submit('recordLabClock', state));
      },
      ends: async () => [],
      onMove: () => {},
      processes: async () => 1,
    });
  }

  /** The time of its world is frozen. One at a time. */
  static async open({ location, onExecuted, onBug, idSeed }: LabEngineOptions): Promise<LabEngine> {
    const ids = new SeededIds(idSeed);
    const restore = reportExecuted(onExecuted, onBug);
    const machine = new TestMachine();
    const clock = new LabClock(machine);
    clock.time.state = { frozenAt: machine.nowMs, aheadMs: 0, wire: 'world' };
    try {
      const engine = await Engine.open({
        ...{ clock, location, blockMs: 60_000, lab: true, onBug, randomHex: () => ids.next() },
        onChanged: () => {},
        afterBatch: () => {},
        // Nodes that are down on purpose; bugs are rejected by the model.
        onFault: () => {},
      });
      engine.start();
      const lab = new LabEngine(engine, clock, machine, restore);
      await lab.calm();
      return lab;
    } catch (error) {
      restore();
      throw error;
    }
  }

  get commands(): Commands {
    return this.#engine.commits.priority('foreground');
  }

  get reads() {
    return this.#engine.reads;
  }

  get chains() {
    return this.#engine.questions;
  }

  catalog() {
    return this.#engine.catalog();
  }

  /** Resolves when everything that the commits so far have caused is done. */
  async calm(): Promise<void> {
    await this.#engine.questions.noteWorldTime();
  }

  /** Lets the time go on for a while. */
  async goOn(ms: number): Promise<void> {
    await this.worldClock.resume();
    this.#machine.nowMs += ms;
    await this.worldClock.freeze();
  }

  async close(): Promise<void> {
    try {
      await this.#engine.close();
    } finally {
      this.#restore();
    }
  }
}

type Store = { execute(batch: readonly Execution[]): Promise<readonly Outcome[]> };

/** Batches are executed one at a time, so that they are reported in the order of their commits. */
function reportExecuted(onExecuted: OnExecuted, onError: (error: unknown) => void): () => void {
  let last: Promise<unknown> = Promise.resolve();
  const spies = [SqliteStore.prototype, PostgresStore.prototype].map((prototype: Store) => {
    const execute = prototype.execute;
    return mock.method(prototype, 'execute', function (this: Store, batch: readonly Execution[]) {
      const executed = last.then(() => execute.call(this, batch));
      last = executed.then(
        (outcomes) => {
          try {
            for (const [index, execution] of batch.entries())
              onExecuted(nameOf(execution), execution.input, outcomes[index] as Outcome);
          } catch (error) {
            onError(error);
          }
        },
        () => {},
      );
      return last.then(() => executed);
    });
  });
  return () => {
    for (const spy of spies) spy.mock.restore();
  };
}
