/** The highest rate at which withdrawals are completed as fast as they are accepted, with one block per second. */
import { sampleBacklog, sampleEveryMs } from '../backlog.ts';
import { startLoad } from '../load/load.ts';
import { type Subject, withdrawals } from '../subject.ts';
import { findSustainedRate, growthPerSecond, isSustained } from '../sustained-rate.ts';
import { type Measurement, type MeasurementContext, usualAccounts } from './measurement.ts';

/** The backlog grows at any rate until the first blocks confirm the first withdrawals. */
const rampMs = 6000;
const probeMs = 6 * sampleEveryMs;
/**
 * A block removes all withdrawals accepted in one second from the backlog at once. Samples may therefore differ by a
 * second's worth of withdrawals even if the backlog does not grow, and the slope has an error of this many seconds
 * divided by the length of the run.
 */
const noiseSeconds = 1.2;
const precision = 0.05;

export const sustainedRow = 'completed as fast as accepted';

/** @param confirmMs how long a rate must be sustained. */
export function sustained(confirmMs: number): Measurement {
  return {
    name: 'sustained',
    title: `Sustained: the backlog does not grow over ${confirmMs / 1000} s`,
    accounts: [usualAccounts],
    run: async (subject, context) => {
      const peak = context.peakOf(subject.side).perSecond;
      const rate = await findSustainedRate({
        highest: peak,
        precision,
        probe: (perSecond) => holds(subject, context, perSecond, Math.min(probeMs, confirmMs)),
        confirm: (perSecond) => holds(subject, context, perSecond, confirmMs),
      });
      return {
        [sustainedRow]: { perSecond: rate },
        'sustained ÷ peak': { relative: rate / peak },
      };
    },
  };
}

function holds(
  subject: Subject,
  { progress }: MeasurementContext,
  ratePerSecond: number,
  durationMs: number,
): Promise<boolean> {
  return subject.withServer(usualAccounts, async ({ server, keys }) => {
    const asked = `${Math.round(ratePerSecond)}/s for ${(durationMs / 1000).toFixed(0)} s`;
    const plan = { ...withdrawals(server, keys, { durationMs, ratePerSecond }), warmupMs: rampMs };
    const { result, samples } = await progress.during(
      `${subject.side} at ${asked}`,
      sampleBacklog(server, startLoad(plan), rampMs),
    );
    const growth = growthPerSecond(samples);
    const probe = {
      requestedPerSecond: ratePerSecond,
      acceptedPerSecond: result.ratePerSecond,
      growthPerSecond: growth,
    };
    const isRejected = Object.keys(result.errors).length > 0;
    const held = isSustained(probe, (noiseSeconds * 1000) / durationMs) && !isRejected;
    const rejected = isRejected ? `, rejected ${JSON.stringify(result.errors)} ${result.firstErrorBody}` : '';
    const seen = `accepted ${Math.round(result.ratePerSecond)}/s, backlog ${growth < 0 ? '' : '+'}${Math.round(growth)}/s${rejected}`;
    progress.say(`  ${subject.side} ${asked}: ${held ? 'sustained' : 'not sustained'} (${seen})`);
    return held;
  });
}
