/** Sets the exchange of the process, on PostgreSQL, back to the demo world: a copy of it replaces its database. */
import { keysOf } from '../../boundary/record.ts';
import { keysToKeep } from '../../lab/worlds/world-keys.ts';
import { columnNamesOf } from '../../store/migration/canonical-rows.ts';
import { DatabaseProblem } from '../../store/postgres/database-problem.ts';
import { operatorTables } from '../../store/tables/operator-tables.ts';
import { databaseOf } from '../../store/world-image.ts';
import { addKeys } from './add-keys.ts';
import type { OpenedExchange, ProcessExchange } from './process-exchange.ts';
import type { WorldDatabases } from './world-databases.ts';

const instead = 'fork it, and reset the fork';

type Problem = { readonly problem: string };

/** @returns its size, or why it cannot be reset: a sentence without its full stop. */
export async function resetExchange(
  exchange: ProcessExchange | undefined,
  worlds: WorldDatabases | undefined,
): Promise<{ readonly bytes: number } | Problem> {
  if (exchange === undefined) return { problem: 'There is no exchange besides the worlds' };
  if (worlds === undefined)
    return {
      problem: `The exchange itself is reset only on PostgreSQL, and this one is on SQLite; ${instead}`,
    };
  const problem = await worlds.problem();
  if (problem !== undefined) return { problem };
  try {
    return { bytes: await reset(exchange, worlds) };
  } catch (error) {
    if (error instanceof DatabaseProblem)
      return { problem: `The exchange cannot be reset: ${error.message}` };
    throw error;
  }
}

/** People and programs that operate the exchange keep their access. */
const kept = keysOf(operatorTables).map((table) => ({
  table,
  columns: columnNamesOf(table),
}));

async function reset(exchange: ProcessExchange, worlds: WorldDatabases): Promise<number> {
  const databases = await worlds.get();
  await databases.checkReplaceable();
  const { saved } = await worlds.templates.get('demo');
  const { database: template, storedBytes } = databaseOf(saved.image);
  const next = await databases.copy(template);
  try {
    const keys = await keysToKeep(exchange.opened().engine.reads, () => true);
    await exchange.reopen(
      async () => {
        await databases.replaceExchange(next, template, kept);
        exchange.clock.time.state = saved.time;
        exchange.clock.world.reset();
      },
      ({ engine }: OpenedExchange) => addKeys([...keys], engine),
    );
  } catch (error) {
    await databases.drop(next);
    throw error;
  }
  return storedBytes;
}
