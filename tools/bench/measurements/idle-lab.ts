/**
 * What the open lab costs withdrawals while nobody uses it: servers with the demo world, with the lab and without it, by
 * turns. Each turn has a server of its own, because two servers of the same code differ by several percent for as long
 * as they run. Each has answered withdrawals before, so that its code is compiled and the log of requests is full.
 */
import { readWithdrawalMetrics, waitUntilCompleted } from '../backlog.ts';
import { median } from '../statistics.ts';
import { type Subject, withdrawals } from '../subject.ts';
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
  async run(subject, context) {
    const answering = { plain: [] as number[], other: [] as number[] };
    const all = { plain: [] as number[], other: [] as number[] };
    const rates = await byTurns(turns, async (side, turn) => {
      const measuring = measure(subject, context, side === 'other');
      const figures = await context.progress.during(`${nameOf[side]}, turn ${turn + 1}`, measuring);
      answering[side].push(figures.answeringUs);
      all[side].push(figures.processorUs);
      return figures.perSecond;
    });
    const row = (side: keyof Turns) => ({
      [`withdrawals ${nameOf[side]}`]: { perSecond: median(rates[side]), processorUs: median(all[side]) },
      [`the thread that answers, ${nameOf[side]}`]: { processorUs: median(answering[side]) },
    });
    return {
      ...row('plain'),
      ...row('other'),
      ...ratioRows('rate with the idle lab ÷ without', rates),
      ...ratioRows('processor time with the idle lab ÷ without', all),
      ...ratioRows('the thread that answers, with the idle lab ÷ without', answering),
    };
  },
};

const nameOf: Readonly<Record<keyof Turns, string>> = {
  plain: 'without the lab',
  other: 'with the idle lab',
};

type Figures = {
  readonly perSecond: number;
  /** Processor time of the server per withdrawal. */
  readonly processorUs: number;
  /** That of its main thread. */
  readonly answeringUs: number;
};

function measure(
  subject: Subject,
  { durationMs, progress }: MeasurementContext,
  lab: boolean,
): Promise<Figures> {
  return subject.withEmptyPlace(async (place) => {
    const server = await subject.start(place, { demo: true, lab });
    try {
      const keys = await seedAccounts(server, usualAccounts, progress, true);
      // Withdrawals of the demo world that wait for people.
      const { incomplete } = await readWithdrawalMetrics(server);
      await runAccepted({ ...withdrawals(server, keys, before), warmupMs: 0 });
      await waitUntilCompleted(server, incomplete);
      const [used, answering] = [server.processorMs, server.mainThreadMs];
      const result = await runAccepted({ ...withdrawals(server, keys, { durationMs }), warmupMs });
      const each = (ms: number) => (ms / result.acceptedInAll) * 1000;
      return {
        perSecond: result.ratePerSecond,
        processorUs: each(server.processorMs - used),
        answeringUs: each(server.mainThreadMs - answering),
      };
    } finally {
      await server.kill();
    }
  });
}
