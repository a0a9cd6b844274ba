/**
 * Latency at a given rate: withdrawals at a constant rate whatever the server does, each counted from when it was due.
 */
import { withdrawals } from '../subject.ts';
import {
  describeWithdrawals,
  type Measurement,
  type MeasurementContext,
  runAccepted,
  usualAccounts,
} from './measurement.ts';

/** Requests per second, or half of the peak. */
export type Pace = number | 'half';

export const pacedRow = 'withdrawal with an order id, paced';

export function paced(pace: Pace): Measurement {
  return {
    name: 'paced',
    title: `Paced: open loop at ${pace === 'half' ? 'half of the peak' : `${pace}/s`}`,
    accounts: [usualAccounts],
    run: (subject, context) =>
      subject.withServer(usualAccounts, async ({ server, keys }) => {
        const ratePerSecond = rateOf(pace, context);
        const plan = withdrawals(server, keys, { durationMs: context.durationMs, ratePerSecond });
        const result = await runAccepted(plan);
        const row = await describeWithdrawals(server, result);
        const p99Ms = context.peakOf(subject.side).p99Ms;
        return {
          requested: { perSecond: ratePerSecond },
          [pacedRow]: { ...row, sendDelayP99Ms: result.sendDelayP99Ms },
          'p99 ÷ p99 of the closed loop': { relative: result.p99Ms / p99Ms },
        };
      }),
  };
}

/** The same rate for both commits, so that their latencies can be compared. */
function rateOf(pace: Pace, { peakOf }: MeasurementContext): number {
  return pace === 'half' ? peakOf('against').perSecond / 2 : pace;
}
