/** The observable state of one process: requests, faults of the workers, readiness, metrics. */
import type { Clock } from '../clock/clock.ts';
import { customerOperations } from '../contract/customer-operations.ts';
import { operatorOperations } from '../contract/operator-operations.ts';
import { streamMethods } from '../contract/stream/stream-methods.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import type { Lab } from '../lab/lab.ts';
import { RequestMeter } from '../meter/request-meter.ts';
import { SignatureMeter } from '../meter/signature-meter.ts';
import { StreamMeter } from '../meter/stream-meter.ts';
import { lazily } from '../observability/lazily.ts';
import type { ProbeParts } from '../observability/probes.ts';
import { Readiness } from '../observability/readiness.ts';
import { type FailedSignIn, signInKinds } from '../operator/access/access.ts';
import { readAddressStock } from '../query/address-stock.ts';
import type { IntegrityMemory } from './integrity-memory.ts';
import { readVersion } from './version.ts';

export type Observed = {
  readonly engine: EnginePort;
  readonly lab: Lab | undefined;
  readonly redisDegraded: () => boolean;
  readonly lastIntegrity: IntegrityMemory['last'];
};

export type Probes = ProbeParts & {
  /** From now on the process is not ready. */
  readonly drain: () => void;
};

export class Observation {
  readonly customers: RequestMeter;
  readonly operators: RequestMeter;
  readonly signatures = new SignatureMeter();
  readonly streams = new StreamMeter();
  /** The messages of the WebSocket API. */
  readonly methods: RequestMeter;
  readonly #clock: Clock;
  readonly #workerFaults = new Map<string, number>();
  readonly #failedSignIns = new Map<string, number>(signInKinds.map((kind) => [kind, 0]));
  readonly #denials = new Map<string, number>();
  #wrongTokens = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.customers = new RequestMeter(customerOperations, clock.monotonic);
    this.methods = new RequestMeter(
      streamMethods.map(({ name: id }) => ({ id })),
      clock.monotonic,
    );
    this.operators = new RequestMeter(operatorOperations, clock.monotonic);
  }

  countFault(work: string): void {
    this.#workerFaults.set(work, (this.#workerFaults.get(work) ?? 0) + 1);
  }

  countWrongToken(): void {
    this.#wrongTokens += 1;
  }

  /** A rule of the approval policy has denied a withdrawal. */
  countDenial(rule: string): void {
    this.#denials.set(rule, (this.#denials.get(rule) ?? 0) + 1);
  }

  countFailedSignIn(kind: FailedSignIn['kind']): void {
    this.#failedSignIns.set(kind, (this.#failedSignIns.get(kind) ?? 0) + 1);
  }

  createProbes({ engine, lab, redisDegraded, lastIntegrity }: Observed): Probes {
    const { reads, chainService } = engine;
    const readiness = new Readiness({
      askStore: () => reads.row('settings', { name: 'systemStatus' }),
      feedAgeMs: () => engine.feedAgeMs(),
      time: this.#clock.monotonic,
    });
    const { customers, operators, methods, signatures, streams } = this;
    const sources = {
      version: readVersion(),
      customers,
      operators,
      methods,
      signatures,
      streams,
      workerFaults: this.#workerFaults,
      wrongTokens: () => this.#wrongTokens,
      failedSignIns: this.#failedSignIns,
      denials: this.#denials,
      redisDegraded,
      labFirings: () => lab?.firings.countsByPreset(),
      waitingCommands: () => engine.waitingCommands(),
      feedAgeMs: () => engine.feedAgeMs(),
      engine: () => engine.figures(),
      reads,
      heights: () => chainService.heights(),
      addresses: () => readAddressStock(reads, engine.catalog()),
      lastIntegrity,
      time: this.#clock.monotonic,
    };
    // Loaded by the first scrape, so that the start does not wait for it.
    const loadMetrics = lazily(async () =>
      (await import('../observability/metrics.ts')).createMetrics(sources),
    );
    return {
      drain: () => readiness.drain(),
      readiness: () => readiness.check(),
      metrics: async () => (await loadMetrics())(),
    };
  }
}
