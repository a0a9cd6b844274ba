/**
 * The metrics of this process in the Prometheus text format. They are read when they are scraped, so no request has to
 * wait for them. If a source does not answer, its metrics are omitted, and the others are still returned.
 */
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { Timeline } from '../clock/clock.ts';
import type { CommitFigures } from '../engine/group-commit.ts';
import type { Tally } from '../meter/distribution.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import type { SignatureMeter } from '../meter/signature-meter.ts';
import type { StreamMeter } from '../meter/stream-meter.ts';
import type { Reads } from '../store/reads.ts';
import { lazily } from './lazily.ts';
import { families } from './metric-families.ts';
import type { Family, Labels, Snapshot } from './metric-family.ts';
import { throttled } from './throttled.ts';

export type MetricSources = {
  readonly version: string;
  readonly customers: RequestMeter;
  readonly operators: RequestMeter;
  readonly methods: RequestMeter;
  readonly signatures: SignatureMeter;
  readonly streams: StreamMeter;
  readonly workerFaults: ReadonlyMap<string, number>;
  readonly wrongTokens: () => number;
  readonly failedSignIns: Snapshot['failedSignIns'];
  readonly denials: Snapshot['denials'];
  readonly redisDegraded: () => boolean;
  readonly labFirings: () => Snapshot['labFirings'];
  readonly waitingCommands: () => number;
  readonly feedAgeMs: () => number | null;
  readonly engine: () => Promise<CommitFigures>;
  readonly reads: Pick<Reads, 'backlog'>;
  readonly addresses: () => Promise<NonNullable<Snapshot['addresses']>>;
  /** The findings of the last integrity report; null: there was none. */
  readonly lastIntegrity: () => Promise<Snapshot['integrity'] | null>;
  readonly heights: () => Promise<NonNullable<Snapshot['heights']>>;
  /** Monotonic. */
  readonly time: Timeline;
};

/** Minimum interval between queries of the store, however many scrapers there are. */
const queryIntervalMs = 3000;
/** Scrapers time out after 10 s by default. */
const sourceTimeoutMs = 2000;

type Value = { readonly metricName: string; readonly labels: Labels; readonly value: number };
export type MetricsText = { readonly contentType: string; readonly text: string };

/** The metrics of Node itself: one registry per process, however many servers it starts and stops. */
const processRegistry = lazily(() => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
});

/** @returns a function that reads all metrics. */
export function createMetrics(sources: MetricSources): () => Promise<MetricsText> {
  const takeSnapshot = createSnapshots(sources);
  // Created now and not at the first scrape: the delay of the event loop is measured from here on.
  const nodeRegistry = processRegistry();
  return async () => {
    const snapshot = await takeSnapshot();
    const registry = new Registry();
    for (const family of families) registry.registerMetric(metricOf(family, snapshot));
    const texts = await Promise.all([registry.metrics(), nodeRegistry.metrics()]);
    return { contentType: registry.contentType, text: texts.join('\n') };
  };
}

function createSnapshots(sources: MetricSources): () => Promise<Snapshot> {
  const { version, customers, operators, methods, workerFaults, time } = sources;
  const queried = { intervalMs: queryIntervalMs, timeoutMs: sourceTimeoutMs, time };
  const askBacklog = throttled(queried, () => sources.reads.backlog());
  const askHeights = throttled(queried, () => sources.heights());
  const askAddresses = throttled(queried, () => sources.addresses());
  const askIntegrity = throttled(queried, () => sources.lastIntegrity());
  const askEngine = throttled({ ...queried, intervalMs: 0 }, () => sources.engine());
  return async () => {
    const [engine, backlog, heights, addresses, integrity] = await Promise.all([
      askEngine(),
      askBacklog(),
      askHeights(),
      askAddresses(),
      askIntegrity(),
    ]);
    return {
      version,
      customers: customers.read(),
      operators: operators.read(),
      methods: methods.read(),
      signatures: sources.signatures.read(),
      streams: sources.streams.read(),
      workerFaults,
      wrongTokens: sources.wrongTokens(),
      failedSignIns: sources.failedSignIns,
      denials: sources.denials,
      redisDegraded: sources.redisDegraded(),
      labFirings: sources.labFirings(),
      waitingCommands: sources.waitingCommands(),
      feedAgeMs: sources.feedAgeMs(),
      engine,
      backlog,
      heights,
      addresses,
      integrity: integrity ?? undefined,
    };
  };
}

/**
 * Presents a family as a metric of prom-client, whose registry reads only name, help, type and values. prom-client's own
 * metrics would have to be updated on each event, which is expensive.
 */
function metricOf(family: Family, snapshot: Snapshot): Metric {
  const { name, help, type } = family;
  const values = valuesOf(family, snapshot);
  // cast: the library uses nothing else of a metric.
  return { name, help, type, get: async () => ({ name, help, type, values }) } as unknown as Metric;
}

function valuesOf(family: Family, snapshot: Snapshot): readonly Value[] {
  if (family.type !== 'histogram') {
    const samples = family.read(snapshot) ?? [];
    return samples.map(([labels, value]) => ({ metricName: family.name, labels, value }));
  }
  return (family.read(snapshot) ?? []).flatMap(([labels, tally]) => bucketsOf(family.name, labels, tally));
}

/** Buckets are cumulative: each counts the ones below it too. */
function bucketsOf(name: string, labels: Labels, { bounds, counts, sum }: Tally): Value[] {
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
