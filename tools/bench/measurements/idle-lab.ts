/**
 * What the open lab costs withdrawals while nobody uses it: by turns on two ports of one server, one through the lab and
 * one past it. Two servers would not do: even of the same code they differ by several percent for as long as they run.
 */
import { median } from '../statistics.ts';
import { type Subject, withdrawals } from '../subject.ts';
import { seedAccounts, smallOrderQuery } from '../world.ts';
import { byTurns, ratioRows, type Turns } from './by-turns.ts';
import { type Measurement, type MeasurementContext, runAccepted, usualAccounts } from './measurement.ts';

const turns = 40;
/** Of each port: more than the log of requests keeps, so that it is full and the code of both ways is compiled. */
const before = { requests: 20_000 };
const warmupMs = 300;

export const idleLab: Measurement = {
  name: 'idle-lab',
  title: 'The idle lab: withdrawals through the lab and past it, by turns in one server',
  accounts: [],
  once: true,
  run: (subject, context) =>
    subject.withEmptyPlace(async (place) => {
      const server = await subject.start(place, { demo: true, lab: true, portWithoutLab: true });
      try {
        return await takeTurns(server, context);
      } finally {
        await server.kill();
      }
    }),
};

type Server = Awaited<ReturnType<Subject['start']>>;

const nameOf: Readonly<Record<keyof Turns, string>> = {
  plain: 'past the lab',
  other: 'through the idle lab',
};

async function takeTurns(server: Server, { durationMs, progress }: MeasurementContext) {
  const keys = await seedAccounts(server, usualAccounts, progress, true);
  const planOf = (side: keyof Turns, loop: Parameters<typeof withdrawals>[2]) => ({
    ...withdrawals(server, keys, loop, smallOrderQuery),
    ports: [side === 'other' ? server.port : server.portWithoutLab],
  });
  for (const side of ['plain', 'other'] as const) await runAccepted({ ...planOf(side, before), warmupMs: 0 });
  const answering = { plain: [] as number[], other: [] as number[] };
  const all = { plain: [] as number[], other: [] as number[] };
  const rates = await byTurns(turns, async (side, turn) => {
    const [used, answered] = [server.processorMs, server.mainThreadMs];
    const load = runAccepted({ ...planOf(side, { durationMs }), warmupMs });
    const result = await progress.during(`${nameOf[side]}, turn ${turn + 1}`, load);
    const each = (ms: number) => (ms / result.acceptedInAll) * 1000;
    all[side].push(each(server.processorMs - used));
    answering[side].push(each(server.mainThreadMs - answered));
    return result.ratePerSecond;
  });
  const row = (side: keyof Turns) => ({
    [`withdrawals ${nameOf[side]}`]: { perSecond: median(rates[side]), processorUs: median(all[side]) },
    [`the thread that answers, ${nameOf[side]}`]: { processorUs: median(answering[side]) },
  });
  return {
    ...row('plain'),
    ...row('other'),
    ...ratioRows('rate through the idle lab ÷ past it', rates),
    ...ratioRows('processor time through the idle lab ÷ past it', all),
    ...ratioRows('the thread that answers, through the idle lab ÷ past it', answering),
  };
}
