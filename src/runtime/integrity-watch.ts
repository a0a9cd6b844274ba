/**
 * Makes the integrity report by itself, so that a mismatch is in the inbox although nobody has asked for the report. It
 * reads at the pace of operators' reads, in one process of those on a store.
 */
import { asError } from '../boundary/caught.ts';
import type { Clock } from '../clock/clock.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import type { Logger } from '../observability/log.ts';
import type { ReadPace } from '../operator/lists/read-pace.ts';
import { RequestReads } from '../operator/lists/request-reads.ts';
import { checkIntegrity } from '../query/integrity.ts';
import type { IntegrityMemory } from './integrity-memory.ts';

const task = 'integrity';
/** Interval of checks whether a report is due, ms, unless reports are made more often. */
const maxPollMs = 600_000;
/** A report that takes longer is given up, ms: the store cannot remove old data while the snapshot is open. */
const maxReportMs = 3_600_000;

export type IntegrityWatchParts = {
  readonly engine: Pick<EnginePort, 'openSnapshot' | 'leases'>;
  readonly clock: Pick<Clock, 'world' | 'monotonic'>;
  readonly pace: ReadPace;
  readonly memory: IntegrityMemory;
  /** Interval between reports, ms. */
  readonly intervalMs: number;
  readonly log: Logger;
};

export class IntegrityWatch {
  readonly #parts: IntegrityWatchParts;
  readonly #cancel: () => void;
  /** Monotonic. */
  #begunMs: number;
  #isStopping = false;
  #work: Promise<void> | undefined;

  constructor(parts: IntegrityWatchParts) {
    this.#parts = parts;
    const { monotonic } = parts.clock;
    this.#begunMs = monotonic.now();
    const pollMs = Math.min(parts.intervalMs, maxPollMs);
    this.#cancel = monotonic.every(pollMs, () => this.#begin(), { ref: false });
  }

  /** Resolves when it reads nothing any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#cancel();
    await this.#work;
  }

  #begin(): void {
    if (this.#work !== undefined) return;
    this.#work = this.#checkIfDue()
      .catch((error: unknown) => {
        if (!this.#isStopping) this.#parts.log.warn(asError(error), 'the integrity could not be checked');
      })
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #checkIfDue(): Promise<void> {
    const { clock, engine, memory } = this.#parts;
    if (!(await engine.leases.hold(task)) || !this.#isDue(await memory.last())) return;
    this.#begunMs = clock.monotonic.now();
    await this.#check();
  }

  /** The time of the world may stand still, so the time since the last one by this process counts too. */
  #isDue(last: Awaited<ReturnType<IntegrityMemory['last']>>): boolean {
    const { clock, intervalMs } = this.#parts;
    if (clock.monotonic.now() - this.#begunMs >= intervalMs) return true;
    return last === null || clock.world.now() - last.at >= intervalMs;
  }

  async #check(): Promise<void> {
    const { engine, clock, memory, log } = this.#parts;
    const at = clock.world.now();
    const snapshot = await engine.openSnapshot();
    try {
      const request = new RequestReads(snapshot.reads, this.#parts.pace, maxReportMs);
      const step = () => this.#step(request);
      const report = await checkIntegrity(request.reads, snapshot.catalog, step);
      const { ok, solvent, mismatches } = report;
      await memory.keep({ at, ok, solvent, mismatches: mismatches.length });
      if (!ok) log.error({ mismatches: mismatches.slice(0, 10) }, 'the books do not balance');
    } finally {
      await snapshot.close();
    }
  }

  async #step(request: RequestReads): Promise<void> {
    if (this.#isStopping) throw new Error('the server stops');
    if (this.#parts.clock.monotonic.now() - this.#begunMs > maxReportMs)
      throw new Error('it took more than an hour, because customers left no time for it');
    await request.step();
  }
}
