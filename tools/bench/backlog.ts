/** Withdrawal metrics of a server, read from /metrics. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseSeries, sumOf } from './exposition.ts';
import type { Load, LoadResult } from './load/load.ts';
import { OperatorClient } from './operator-client.ts';
import type { ServerProcess } from './server-process.ts';
import type { BacklogSample } from './sustained-rate.ts';

export type WithdrawalMetrics = {
  /** Accepted, and neither completed nor failed. */
  readonly incomplete: number;
  readonly queued: number;
  /** The share of the commands that settle withdrawals that changed nothing. NaN if there were none. */
  readonly settleRejectedShare: number;
};

/** The server refreshes its backlog count at most every 3 s. */
export const sampleEveryMs = 3050;

export async function readWithdrawalMetrics(server: ServerProcess): Promise<WithdrawalMetrics> {
  const client = new OperatorClient(server.operatorPort);
  try {
    const series = parseSeries(await client.get('/metrics'));
    const underWay = (stage?: string) =>
      sumOf(
        series,
        'bursar_withdrawals_under_way',
        (labels) => stage === undefined || labels.stage === stage,
      );
    const settled = (outcome?: string) =>
      sumOf(
        series,
        'bursar_commands_total',
        (labels) =>
          /settle/.test(labels.command ?? '') && (outcome === undefined || labels.outcome === outcome),
      ) ?? 0;
    const incomplete = underWay();
    if (incomplete === undefined) throw new Error('/metrics lacks bursar_withdrawals_under_way');
    return {
      incomplete,
      queued: underWay('queued') ?? 0,
      settleRejectedShare: settled('rejected') / settled(),
    };
  } finally {
    client.close();
  }
}

/** Samples the backlog from `afterMs` after the first request until the load ends. */
export async function sampleBacklog(
  server: ServerProcess,
  { started, result }: Load,
  afterMs: number,
): Promise<{ readonly result: LoadResult; readonly samples: readonly BacklogSample[] }> {
  const samples: BacklogSample[] = [];
  const over = result.then(() => true);
  await Promise.race([started, over]);
  const startMs = performance.now();
  while (!(await Promise.race([over, elapsed(samples.length === 0 ? afterMs : sampleEveryMs)]))) {
    const { incomplete } = await readWithdrawalMetrics(server);
    samples.push({ atMs: performance.now() - startMs, incomplete });
  }
  return { result: await result, samples };
}

function elapsed(ms: number): Promise<false> {
  return pause(ms, false, { ref: false });
}

/**
 * Resolves once every withdrawal is completed.
 * @param except how many withdrawals wait for people, for example in the demo world.
 */
export async function waitUntilCompleted(server: ServerProcess, except = 0): Promise<void> {
  // The first count may be older than the load.
  do await pause(sampleEveryMs);
  while ((await readWithdrawalMetrics(server)).incomplete > except);
}
