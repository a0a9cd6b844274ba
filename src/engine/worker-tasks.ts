/** The workers, how often each of them runs, and which changes wake it. */
import type { TableName } from '../store/tables.ts';
import { BlockFollower } from '../worker/block-follower.ts';
import { ClaimWorker } from '../worker/claim-worker.ts';
import { DayWorker } from '../worker/day-worker.ts';
import { DepositWorker } from '../worker/deposit-worker.ts';
import { DividendWorker } from '../worker/dividend-worker.ts';
import { EventLogWorker } from '../worker/event-log-worker.ts';
import { IndicatorWorker } from '../worker/indicator-worker.ts';
import { SealWorker } from '../worker/seal-worker.ts';
import { WaitingWorker } from '../worker/waiting-worker.ts';
import { WithdrawalWorker } from '../worker/withdrawal-worker.ts';
import type { WorkerParts } from '../worker/worker-parts.ts';
import type { Periodic } from './periodic.ts';
import type { TaskMaker } from './task-maker.ts';

const sweepIntervalMs = 10_000;
/** How often to pick up withdrawals left queued by a dead process, and those that no longer need to wait. */
const broadcastIntervalMs = 1_000;
/** How often to pick up dividends that a dead process has left unpaid. */
const dividendIntervalMs = 1_000;
const sealIntervalMs = 1_000;
/** How often to check whether a day is over. */
const dayIntervalMs = 60_000;
/** How often to look for leases of withdrawals that have expired. */
const claimIntervalMs = 1_000;
const eventLogIntervalMs = 60_000;
/** spec: how often the trading indicators are evaluated. */
const indicatorIntervalMs = 30_000;

export const blocksTask = 'blocks';

export type Workers = ReturnType<typeof createWorkers>;

export function createWorkers(parts: WorkerParts) {
  const withdrawals = new WithdrawalWorker(parts);
  return {
    withdrawals,
    follower: new BlockFollower({ ...parts, withdrawals, deposits: new DepositWorker(parts) }),
    dividends: new DividendWorker(parts),
    indicators: new IndicatorWorker(parts),
    seals: new SealWorker(parts),
    days: new DayWorker(parts),
    waiting: new WaitingWorker(parts),
    eventLog: new EventLogWorker(parts),
    claims: new ClaimWorker(parts),
  };
}

export type WorkerTasks = ReturnType<typeof createWorkerTasks>;

export function createWorkerTasks(make: TaskMaker, workers: Workers) {
  const { withdrawals, waiting, indicators, seals, days, eventLog, claims } = workers;
  return {
    dividends: payDividends(make, workers),
    broadcast: make.cooperative('broadcast', broadcastIntervalMs, () => withdrawals.broadcastQueued()),
    waiting: make.cooperative('waiting', broadcastIntervalMs, () => waiting.continueWaiting()),
    newOrders: make.cooperative('new orders', 0, () => indicators.evaluateNew()),
    indicators: make.exclusive('indicators', indicatorIntervalMs, () => indicators.evaluateAll()),
    seals: make.exclusive('seals', sealIntervalMs, () => seals.sealNew()),
    days: make.exclusive('days', dayIntervalMs, () => days.closeDays()),
    eventLog: make.exclusive('event log', eventLogIntervalMs, () => eventLog.pruneOld()),
    claims: make.exclusive('claims', claimIntervalMs, () => claims.expire()),
    // Under the lease of the block task; otherwise two processes would settle the same withdrawals.
    sweep: make.exclusive('sweep', sweepIntervalMs, () => withdrawals.sweep(), blocksTask),
  };
}

/** The tasks that a change of one of the tables wakes. */
export function tasksWokenBy(
  tasks: WorkerTasks,
): readonly (readonly [tables: readonly TableName[], task: Periodic])[] {
  return [
    [['dividends'], tasks.dividends],
    // The end of a maintenance is a setting.
    [['withdrawals', 'settings'], tasks.broadcast],
    [['accounts', 'assets', 'settings'], tasks.waiting],
    [['order_events'], tasks.newOrders],
  ];
}

/**
 * The tasks that poll, because no change of a table announces their work. A resumed world polls at the next tick of its
 * time, as if it had not been closed meanwhile.
 */
export function tasksOfTicks({ waiting, sweep, seals }: WorkerTasks): readonly Periodic[] {
  return [waiting, sweep, seals];
}

function payDividends(make: TaskMaker, { dividends }: Workers): Periodic {
  const task = make.cooperative('dividends', dividendIntervalMs, async () => {
    if (await dividends.payPages()) task.wake();
  });
  return task;
}
