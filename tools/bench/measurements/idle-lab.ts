/**
 * What the open lab costs withdrawals while nobody uses it: two servers with the demo world, one of them with the lab,
 * by turns. Both have answered withdrawals before, so that their code is compiled and the log of requests is full.
 */
import { readWithdrawalMetrics, waitUntilCompleted } from '../backlog.ts';
import type { SigningKey } from '../load/load.ts';
import type { ServerProcess } from '../server-process.ts';
import { median } from '../statistics.ts';
import { type Loop, type Subject, withdrawals } from '../subject.ts';
import type { Table } from '../table.ts';
import { seedAccounts } from '../world.ts';
import { byTurns, ratioRows, type Turns } from './by-turns.ts';
import { type Measurement, type MeasurementContext, runAccepted, usualAccounts } from './measurement.ts';

const turns = 15;
/** Twice as many as the log of requests keeps. */
const before = { requests: 20_000 };
const warmupMs = 300;

export const idleLab: Measurement = {
  name: 'idle-lab',
  title: 'The idle lab: withdrawals with the lab and without it, by turns',
  accounts: [],
  once: true,
  run: (subject, context) =>
    withServer(subject, context, false, (plain) =>
      withServer(subject, context, true, (other) => compare({ plain, other }, context)),
    ),
};

type Measured = {
  readonly server: ServerProcess;
  readonly keys: readonly SigningKey[];
  /** The withdrawals of the demo world that wait for people. */
  readonly waiting: number;
};

function withServer(
  subject: Subject,
  { progress }: MeasurementContext,
  lab: boolean,
  use: (measured: Measured) => Promise<Table>,
): Promise<Table> {
  return subject.withEmptyPlace(async (place) => {
    const server = await subject.start(place, { demo: true, lab });
    try {
      const keys = await seedAccounts(server, usualAccounts, progress, true);
      const { incomplete: waiting } = await readWithdrawalMetrics(server);
      const measured = { server, keys, waiting };
      await load(measured, before);
      return await use(measured);
    } finally {
      await server.kill();
    }
  });
}

async function compare(
  sides: Readonly<Record<keyof Turns, Measured>>,
  { durationMs, progress }: MeasurementContext,
): Promise<Table> {
  const costs = { plain: [] as number[], other: [] as number[] };
  const rates = await byTurns(turns, async (side, turn) => {
    const { server } = sides[side];
    const usedMs = server.processorMs;
    const loading = load(sides[side], { durationMs });
    const result = await progress.during(`${nameOf[side]}, turn ${turn + 1}`, loading);
    costs[side].push(((server.processorMs - usedMs) / result.acceptedInAll) * 1000);
    return result.ratePerSecond;
  });
  const row = (side: keyof Turns) => ({
    [`withdrawals ${nameOf[side]}`]: { perSecond: median(rates[side]), processorUs: median(costs[side]) },
  });
  return {
    ...row('plain'),
    ...row('other'),
    ...ratioRows('rate with the idle lab ÷ without', rates),
    ...ratioRows('processor time with the idle lab ÷ without', costs),
  };
}

const nameOf: Readonly<Record<keyof Turns, string>> = {
  plain: 'without the lab',
  other: 'with the idle lab',
};

/** Resolves when all its withdrawals are completed, so that the next turn of the other server has the machine alone. */
async function load({ server, keys, waiting }: Measured, loop: Loop) {
  const result = await runAccepted({ ...withdrawals(server, keys, loop), warmupMs });
  await waitUntilCompleted(server, waiting);
  return result;
}
