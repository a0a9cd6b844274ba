/** Worlds that are databases, and the reset of the exchange on PostgreSQL: each is a copy of a template. */
import type { Table } from '../table.ts';
import { timed } from './timed.ts';
import { worldsPath as base, type WorldsOfServer } from './worlds-of-server.ts';

/** Copies of databases take tenths of a second, and awake worlds have ten connections each. */
const repetitions = 5;
const storage = 'postgres';

export async function measureDatabases(lab: WorldsOfServer): Promise<Table> {
  // The first one makes the template.
  const { name } = await lab.make({ storage });
  const { id } = await lab.change(`${base}/${name}/snapshots`);
  const many = (work: () => Promise<unknown>) => timed(repetitions, work);
  const madeAndGone = (path: string) =>
    many(async () => lab.remove((await lab.change(path, { storage })).name));
  const table = {
    'create and delete a world on PostgreSQL': await madeAndGone(base),
    'fork and delete a world on PostgreSQL': await madeAndGone(`${base}/${name}/fork`),
    'restore of a world on PostgreSQL': await many(() =>
      lab.change(`${base}/${name}/restore`, { snapshot: id }),
    ),
    'reset of a world on PostgreSQL': await many(() => lab.change(`${base}/${name}/reset`)),
    'reset of the exchange on PostgreSQL': await many(() => lab.change(`${base}/main/reset`)),
  };
  await lab.remove(name);
  return table;
}
