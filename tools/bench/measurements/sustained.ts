/** The highest rate that is completed as fast as it is accepted; blocks of a second. */
import { sampleBacklog, sampleEveryMs } from '../backlog.ts';
import { startLoad } from '../load/load.ts';
import { type Subject, withdrawals } from '../subject.ts';
import { findSustainedRate, growthPerSecond, isSustained } from '../sustained-rate.ts';
import { type Measurement, type MeasurementContext, usualAccounts } from './measurement.ts';

/** Until the first blocks have confirmed what was accepted first, the backlog grows at any rate. */
const rampMs = 6000;
const probeMs = 6 * sampleEveryMs;
/**
 * A block takes what was accepted in a second out of the backlog at once. So samples lie up to a second of the rate
 * apart although nothing grows, and the slope is known no better than this many seconds by the length of the run.
 */
const noiseSeconds = 1.2;
const precision = 0.05;

export const sustainedRow = 'completed as fast as accepted';

/** @param confirmMs how long a rate must hold. */
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
      askedPerSecond: ratePerSecond,
      acceptedPerSecond: result.ratePerSecond,
      growthPerSecond: growth,
    };
    const held =
      isSustained(probe, (noiseSeconds * 1000) / durationMs) && Object.keys(result.errors).length === 0;
    const seen = `accepted ${Math.round(result.ratePerSecond)}/s, backlog ${growth < 0 ? '' : '+'}${Math.round(growth)}/s`;
    progress.say(`  ${subject.side} ${asked}: ${held ? 'held' : 'not held'} (${seen})`);
    return held;
  });
}
