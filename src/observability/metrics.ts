/**
 * The figures of this process in the text format of Prometheus. Everything is read when it is asked for: nothing here is
 * on the way of a request. A source that does not answer leaves its figures out, and never fails the others.
 */
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { Timeline } from '../clock/clock.ts';
import type { CommitFigures } from '../engine/group-commit.ts';
import type { Tally } from '../meter/distribution.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import type { Reads } from '../store/reads.ts';
import { lazily } from './lazily.ts';
import { type Family, families, type Labels, type Snapshot } from './metric-families.ts';
import { throttled } from './throttled.ts';

export type MetricSources = {
  readonly version: string;
  readonly customers: RequestMeter;
  readonly operators: RequestMeter;
  readonly workerFaults: ReadonlyMap<string, number>;
  readonly wrongTokens: () => number;
  readonly redisDegraded: () => boolean;
  readonly waitingCommands: () => number;
  readonly feedAgeMs: () => number | null;
  readonly engine: () => Promise<CommitFigures>;
  readonly reads: Pick<Reads, 'backlog'>;
  readonly heights: () => Promise<NonNullable<Snapshot['heights']>>;
  /** Monotonic. */
  readonly time: Timeline;
};

/** What costs the store something is read at most so often, however many ask. */
const queriedEveryMs = 3000;
/** Who scrapes waits ten seconds, mostly. */
const sourcePatienceMs = 2000;

type Value = { readonly metricName: string; readonly labels: Labels; readonly value: number };
export type MetricsText = { readonly contentType: string; readonly text: string };

/** Of Node itself: one registry, whatever is started and stopped in the process. */
const processRegistry = lazily(() => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
});

/** @returns a function that reads all figures. */
export function createMetrics(sources: MetricSources): () => Promise<MetricsText> {
  const takeSnapshot = createSnapshots(sources);
  // Delays of the event loop are measured from here on.
  const ofProcess = processRegistry();
  return async () => {
    const now = await takeSnapshot();
    const registry = new Registry();
    for (const family of families) registry.registerMetric(readAs(family, now));
    const texts = await Promise.all([registry.metrics(), ofProcess.metrics()]);
    return { contentType: registry.contentType, text: texts.join('\n') };
  };
}

function createSnapshots(sources: MetricSources): () => Promise<Snapshot> {
  const { version, customers, operators, workerFaults, time } = sources;
  const queried = { everyMs: queriedEveryMs, patienceMs: sourcePatienceMs, time };
  const askBacklog = throttled(queried, () => sources.reads.backlog());
  const askHeights = throttled(queried, () => sources.heights());
  const askEngine = throttled({ ...queried, everyMs: 0 }, () => sources.engine());
  return async () => {
    const [engine, backlog, heights] = await Promise.all([askEngine(), askBacklog(), askHeights()]);
    return {
      version,
      customers: customers.read(),
      operators: operators.read(),
      workerFaults,
      wrongTokens: sources.wrongTokens(),
      redisDegraded: sources.redisDegraded(),
      waitingCommands: sources.waitingCommands(),
      feedAgeMs: sources.feedAgeMs(),
      engine,
      backlog,
      heights,
    };
  };
}

/**
 * A family as prom-client's registry takes it: of a metric it reads name, help, type and values, and writes them. Its own
 * metrics would have to be told of each event as it happens, which is dear.
 */
function readAs(family: Family, now: Snapshot): Metric {
  const { name, help, type } = family;
  const values = valuesOf(family, now);
  return { name, help, type, get: async () => ({ name, help, type, values }) } as unknown as Metric;
}

function valuesOf(family: Family, now: Snapshot): readonly Value[] {
  if (family.type !== 'histogram') {
    const samples = family.read(now) ?? [];
    return samples.map(([labels, value]) => ({ metricName: family.name, labels, value }));
  }
  return (family.read(now) ?? []).flatMap(([labels, tally]) => spread(family.name, labels, tally));
}

/** Buckets are cumulative: each counts the ones below it too. */
function spread(name: string, labels: Labels, { bounds, counts, sum }: Tally): Value[] {
  let count = 0;
  const buckets = counts.map((inBucket, index) => {
    count += inBucket;
    const le = index < bounds.length ? String(bounds[index]) : '+Inf';
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
