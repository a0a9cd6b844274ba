/** Finds the highest rate at which requests are completed as fast as they are accepted. */

export type BacklogSample = { readonly atMs: number; readonly incomplete: number };

/** The growth of the backlog per second: the slope of the line that fits the samples best. */
export function growthPerSecond(samples: readonly BacklogSample[]): number {
  if (samples.length < 2) throw new RangeError('growth needs at least two samples');
  const mean = (of: (sample: BacklogSample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const meanAt = mean(({ atMs }) => atMs);
  const meanIncomplete = mean(({ incomplete }) => incomplete);
  const covariance = mean(({ atMs, incomplete }) => (atMs - meanAt) * (incomplete - meanIncomplete));
  const variance = mean(({ atMs }) => (atMs - meanAt) ** 2);
  return (covariance / variance) * 1000;
}

export type ProbeResult = {
  readonly requestedPerSecond: number;
  readonly acceptedPerSecond: number;
  readonly growthPerSecond: number;
};

/** Whether the requested rate was accepted, and completed, up to a share `tolerance` of the rate. */
export function isSustained(probe: ProbeResult, tolerance: number): boolean {
  const allowed = tolerance * probe.requestedPerSecond;
  return probe.requestedPerSecond - probe.acceptedPerSecond <= allowed && probe.growthPerSecond <= allowed;
}

export type RateSearch = {
  /** The rate per second at which the search begins. */
  readonly highest: number;
  /** The search ends when the rate is known to within this share of itself. */
  readonly precision: number;
  /** Runs at the rate for a short time. @returns whether it was sustained. */
  readonly probe: (ratePerSecond: number) => Promise<boolean>;
  /** Runs for a long time at the rate. @returns whether it was sustained. */
  readonly confirm: (ratePerSecond: number) => Promise<boolean>;
};

/** Rates below this share of the highest are not distinguished from zero. */
export const lowestShare = 0.01;

/** @returns the rate per second; 0 if no distinguishable rate is sustained. */
export async function findSustainedRate(search: RateSearch): Promise<number> {
  const { highest, precision, confirm } = search;
  const lowest = highest * lowestShare;
  let rate = await bisect(search, lowest);
  // A short run may miss what a long one shows, so the rate only decreases from here.
  while (rate >= lowest && !(await confirm(rate))) rate *= 1 - precision;
  return rate >= lowest ? rate : 0;
}

async function bisect({ highest, precision, probe }: RateSearch, lowest: number): Promise<number> {
  if (await probe(highest)) return highest;
  let [sustained, failed] = [0, highest];
  while (failed - sustained > failed * precision && failed > lowest) {
    const middle = (sustained + failed) / 2;
    if (await probe(middle)) sustained = middle;
    else failed = middle;
  }
  return sustained;
}
