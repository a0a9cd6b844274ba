/** Reports each command that a store of this process executes, in the order of the commits. */
import { mock } from 'node:test';
import { type CommandName, commands } from '../../src/command/registry.ts';
import type { Execution, Outcome } from '../../src/store/port.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

export type OnExecuted = (name: CommandName, input: unknown, outcome: Outcome) => void;

const names = new Map<unknown, CommandName>(
  Object.entries(commands).map(([name, command]) => [command, name as CommandName]),
);

export function nameOf({ command }: Execution): CommandName {
  return names.get(command) ?? 'recordAudit';
}

type Store = { execute(batch: readonly Execution[]): Promise<readonly Outcome[]> };

let listener: OnExecuted | undefined;
let last: Promise<unknown> = Promise.resolve();

/** From now on, executed commands are reported to this listener. It must not throw. */
export function followExecutions(onExecuted: OnExecuted): void {
  if (listener === undefined) for (const { prototype } of [SqliteStore, PostgresStore]) spyOn(prototype);
  listener = onExecuted;
}

/** Batches are executed one at a time, so that they are reported in the order of their commits. */
function spyOn(prototype: Store): void {
  const execute = prototype.execute;
  mock.method(prototype, 'execute', function (this: Store, batch: readonly Execution[]) {
    const executed = last.then(() => execute.call(this, batch));
    last = executed.then(
      (outcomes) => {
        for (const [index, execution] of batch.entries())
          listener?.(nameOf(execution), execution.input, outcomes[index] as Outcome);
      },
      () => {},
    );
    return last.then(() => executed);
  });
}
