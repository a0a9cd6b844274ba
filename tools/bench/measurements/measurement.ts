/** A measurement that is repeated on each commit. */
import { readWithdrawalMetrics } from '../backlog.ts';
import { type LoadPlan, type LoadResult, runLoad, startLoad } from '../load/load.ts';
import type { Side } from '../pairing.ts';
import type { Progress } from '../progress.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Subject } from '../subject.ts';
import type { Row, Table } from '../table.ts';

export type MeasurementContext = {
  readonly durationMs: number;
  readonly progress: Progress;
  /** The closed-loop result of a side, as measured so far in this run. */
  readonly peakOf: (side: Side) => { readonly perSecond: number; readonly p99Ms: number };
};

export type Measurement = {
  readonly name: string;
  readonly title: string;
  /** Numbers of accounts of the worlds to create before the measurements start. */
  readonly accounts: readonly number[];
  /** Each commit is run once without being counted, because the first run compiles the code. */
  readonly warmUp?: boolean;
  /** The measurement repeats itself and runs on this checkout only. */
  readonly once?: boolean;
  run(subject: Subject, context: MeasurementContext): Promise<Table>;
};

export const usualAccounts = 1000;

/** @throws if the server rejected any request, because the measurement would be meaningless. */
export async function runAccepted(plan: LoadPlan): Promise<LoadResult> {
  return checkAccepted(await runLoad(plan));
}

/** Does something meanwhile, from the first request on. @throws as `runAccepted` does. */
export async function runAcceptedWith(plan: LoadPlan, begin: () => void): Promise<LoadResult> {
  const load = startLoad(plan);
  await Promise.race([load.started, load.result]);
  begin();
  return checkAccepted(await load.result);
}

function checkAccepted(result: LoadResult): LoadResult {
  if (Object.keys(result.errors).length > 0) {
    throw new Error(
      `the server rejected requests: ${JSON.stringify(result.errors)} ${result.firstErrorBody}`,
    );
  }
  return result;
}

/** Must be called right after the load: reports how much of it was completed by then. */
export async function describeWithdrawals(server: ServerProcess, result: LoadResult): Promise<Row> {
  const { incomplete, settleRejectedShare } = await readWithdrawalMetrics(server);
  const completed = Math.max(0, result.acceptedInAll - incomplete);
  return {
    perSecond: result.ratePerSecond,
    completedPerSecond: (completed * 1000) / result.durationInAllMs,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    p999Ms: result.p999Ms,
    maxMs: result.maxMs,
    settleRejectedShare,
  };
}
