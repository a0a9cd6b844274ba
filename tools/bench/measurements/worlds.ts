/** Worlds of the lab: how long copies take, what a thousand of them take, and what idle ones cost the one in use. */
import type { ServerProcess } from '../server-process.ts';
import { median } from '../statistics.ts';
import type { Subject } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { byTurns, ratioRows, type Turns } from './by-turns.ts';
import type { Measurement, MeasurementContext } from './measurement.ts';
import { timed } from './timed.ts';
import { measureDatabases } from './world-databases.ts';
import { worldsPath as base, WorldsOfServer } from './worlds-of-server.ts';

const repetitions = 20;
const manyWorlds = 1000;
const idleWorlds = 999;
const turns = 25;
const megabyte = 1024 * 1024;

export const worlds: Measurement = {
  name: 'worlds',
  title: 'Worlds of the lab, with the HTTP request for them',
  accounts: [],
  once: true,
  run: async (subject, context) => {
    const measured = await withLab(subject, async (lab, server, isOnPostgres) => ({
      ...(isOnPostgres && (await measureDatabases(lab))),
      ...(await measureIdleYears(lab)),
      ...(await measureCopies(lab)),
      ...(await measureMany(lab, server)),
    }));
    return { ...measured, ...(await compareWithIdle(subject, context)) };
  },
};

async function withLab<T>(
  subject: Subject,
  use: (lab: WorldsOfServer, server: ServerProcess, isOnPostgres: boolean) => Promise<T>,
): Promise<T> {
  return subject.withEmptyPlace(async (place) => {
    const server = await subject.start(place, { demo: true });
    const lab = new WorldsOfServer(server);
    try {
      return await use(lab, server, place.databaseUrl !== undefined);
    } finally {
      lab.close();
      await server.kill();
    }
  });
}

/** Withdrawals in one world of two servers; on the other server there are idle worlds too. */
function compareWithIdle(subject: Subject, context: MeasurementContext): Promise<Table> {
  return withLab(subject, (alone) =>
    withLab(subject, async (crowded) => {
      const { name } = await crowded.make({});
      for (let count = 1; count < idleWorlds; count += 1) await crowded.change(`${base}/${name}/fork`);
      return takeTurns({ plain: alone, other: crowded }, context);
    }),
  );
}

/** @param labs with one world in use; `other` has idle ones too. */
async function takeTurns(
  labs: Readonly<Record<keyof Turns, WorldsOfServer>>,
  { durationMs, progress }: MeasurementContext,
): Promise<Table> {
  const nameOf = { plain: 'alone', other: `with ${idleWorlds} idle ones` };
  const rates = await byTurns(turns, (side, turn) =>
    progress.during(`a world ${nameOf[side]}, turn ${turn + 1}`, labs[side].rateInNewWorld(durationMs)),
  );
  return {
    [`withdrawals in a world, ${nameOf.plain}`]: { perSecond: median(rates.plain) },
    [`withdrawals in a world, ${nameOf.other}`]: { perSecond: median(rates.other) },
    ...ratioRows('with idle ones ÷ alone', rates),
  };
}

/** A year in which nobody does anything, of the exchange itself and of a world in memory. */
async function measureIdleYears(lab: WorldsOfServer): Promise<Table> {
  const { name } = await lab.make({});
  const table: Record<string, Row> = {};
  for (const [what, world] of [
    ['the exchange', undefined],
    ['a world', name],
  ] as const) {
    const advance = (by: string) => lab.change('/operator/v1/lab/clock/advance', { by }, world);
    await lab.change('/operator/v1/lab/clock/freeze', {}, world);
    // Does the work that the creation of the demo world has left.
    await advance('1d');
    table[`an idle year of ${what}`] = await timed(repetitions, () => advance('365d'));
  }
  await lab.change('/operator/v1/lab/clock/resume');
  return table;
}

async function measureCopies(lab: WorldsOfServer): Promise<Table> {
  const table: Record<string, Row> = {};
  for (const megabytes of [1, 10]) {
    const { name } = await lab.make({ name: `size-${megabytes}` });
    await lab.fill(name, megabytes * megabyte);
    const { id } = await lab.change(`${base}/${name}/snapshots`);
    const row = (what: string) => `${what} of a world of ${megabytes} MB`;
    table[row('fork')] = await timed(repetitions, () => lab.change(`${base}/${name}/fork`));
    table[row('restore')] = await timed(repetitions, () =>
      lab.change(`${base}/${name}/restore`, { snapshot: id }),
    );
    const forked = await lab.change(`${base}/${name}/fork`);
    table[row('reset')] = await timed(repetitions, () => lab.change(`${base}/${forked.name}/reset`));
  }
  return table;
}

async function measureMany(lab: WorldsOfServer, server: ServerProcess): Promise<Table> {
  const { name } = await lab.make({ name: 'original' });
  const beforeMb = server.residentMb;
  const begunMs = performance.now();
  for (let count = 0; count < manyWorlds; count += 1) await lab.change(`${base}/${name}/fork`);
  const durationMs = performance.now() - begunMs;
  return { [`${manyWorlds} forks`]: { durationMs, residentMb: server.residentMb - beforeMb } };
}
