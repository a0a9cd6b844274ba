/** The tasks of the workers that run when the lab moves the time of the world, with their due times. */
import { isoTime } from '../contract/text.ts';
import { startOfDay } from '../domain/ledger/day.ts';
import type { Reads } from '../store/reads.ts';
import type { ClaimWorker } from '../worker/claim-worker.ts';
import type { DayWorker } from '../worker/day-worker.ts';
import type { DividendWorker } from '../worker/dividend-worker.ts';
import type { EventLogWorker } from '../worker/event-log-worker.ts';
import type { IndicatorWorker } from '../worker/indicator-worker.ts';
import type { DueTask } from './due-work.ts';
import type { Periodic } from './periodic.ts';
import { tickAfter } from './tick-after.ts';

type Tasks = Readonly<
  Record<
    'broadcast' | 'waiting' | 'sweep' | 'dividends' | 'seals' | 'days' | 'indicators' | 'eventLog' | 'claims',
    Periodic
  >
>;

export type DueTaskParts = {
  readonly reads: Pick<
    Reads,
    | 'withdrawalsUnderWay'
    | 'withdrawalsToSend'
    | 'waitingQueues'
    | 'dividendsUnfinished'
    | 'lastSeal'
    | 'transfersAfter'
  >;
  readonly workers: {
    readonly dividends: Pick<DividendWorker, 'dueMs'>;
    readonly days: Pick<DayWorker, 'nextDay'>;
    readonly indicators: Pick<IndicatorWorker, 'dueMs'>;
    readonly eventLog: Pick<EventLogWorker, 'dueMs'>;
    readonly claims: Pick<ClaimWorker, 'dueMs'>;
  };
  readonly tasks: Tasks;
};

type Due = Awaited<ReturnType<DueTask['dueAt']>>;

/** In the order in which they run if they are due at the same time. */
export function dueTasks({ reads, workers, tasks }: DueTaskParts): readonly DueTask[] {
  const { broadcast, waiting, sweep, dividends, seals, days, indicators, eventLog, claims } = tasks;
  const hasSome = async (rows: Promise<readonly unknown[]>) => (await rows).length > 0;
  return [
    {
      ...poll('broadcast', broadcast, () => hasSome(reads.withdrawalsToSend(0, 1))),
      sends: true,
    },
    { ...poll('waiting', waiting, () => hasSome(reads.waitingQueues())), sends: true },
    { ...poll('sweep', sweep, () => hasSome(reads.withdrawalsUnderWay('broadcast', 0, 1))), sends: true },
    poll('dividends', dividends, () => hasSome(reads.dividendsUnfinished())),
    poll('seals', seals, async () => {
      const last = await reads.lastSeal();
      return hasSome(reads.transfersAfter(last?.lastSeq ?? 0, 1));
    }),
    timed('abandoned-dividend', dividends, async () => tick(await workers.dividends.dueMs(), 1)),
    timed('closing-balances', days, async () => {
      const next = await workers.days.nextDay();
      return next && { at: next.dueMs, id: isoTime(startOfDay(next.day)).slice(0, 10) };
    }),
    timed('indicators', indicators, async () => tick(await workers.indicators.dueMs(), indicators.everyMs)),
    timed('lease-expiry', claims, async () => tick(await workers.claims.dueMs(), claims.everyMs)),
    timed('event-log', eventLog, async () => tick(await workers.eventLog.dueMs(), eventLog.everyMs)),
  ];
}

/** A polled task. Only a change of the store can create work for it, so it is not due while there was none. */
function poll(what: string, task: Periodic, hasWork: () => Promise<boolean>): DueTask {
  return {
    what,
    task,
    dueAt: async (nowMs, isStale) =>
      isStale && (await hasWork()) ? { at: tickAfter(nowMs, task.everyMs), id: null } : undefined,
    sends: false,
    isReported: false,
  };
}

/** Work whose due time can be read from the store. */
function timed(what: string, task: Periodic, dueAt: () => Promise<Due>): DueTask {
  return {
    what,
    task,
    dueAt: async (nowMs) => {
      const due = await dueAt();
      return due && { ...due, at: Math.max(due.at, nowMs) };
    },
    sends: false,
    isReported: false,
  };
}

/** The first tick of a task from which on the work is due. */
function tick(dueMs: number | undefined, everyMs: number): Due {
  return dueMs === undefined ? undefined : { at: tickAfter(dueMs - 1, everyMs), id: null };
}
