/** The reads of one request of an operator: each waits until customers leave time for it, within limits of time. */
import { methodOf } from '../../boundary/method.ts';
import { reject } from '../../contract/errors.ts';
import { ReadTooLong } from '../../store/port.ts';
import type { Reads } from '../../store/reads.ts';
import type { OperatorParts } from '../handler.ts';
import { RejectionError } from '../rejection-error.ts';
import type { Reading, ReadPace, RequestPace } from './read-pace.ts';

/** After this time a list ends with the rows that it has found, ms. */
const pageMs = 5000;
/** A request that has not read everything after this time is rejected, ms. */
const requestMs = 20_000;
/** Work of this duration is followed by a rest, ms. */
const stepMs = 2;

export class RequestReads implements RequestPace, Reading {
  readonly reads: Reads;
  readonly #pace: ReadPace;
  #usedMs = 0;
  #begunMs: number;
  readonly #longestMs: number;
  #patienceMs: number;
  /** The time since which it has worked without a read or a rest. */
  #worksSinceMs: number;

  /** @param longestMs how long it may wait for its reads. */
  constructor(reads: Reads, pace: ReadPace, longestMs = requestMs) {
    this.#pace = pace;
    this.#longestMs = longestMs;
    this.#patienceMs = longestMs;
    this.#begunMs = pace.now();
    this.#worksSinceMs = this.#begunMs;
    this.reads = this.of(reads);
  }

  of(reads: Reads): Reads {
    return new Proxy(reads, {
      get: (target, name) => {
        // cast: nobody asks for anything else, and that would have no method.
        const read = methodOf(target, name as keyof Reads);
        return (...given: readonly unknown[]) => this.take(() => read(...given));
      },
    });
  }

  get usedMs(): number {
    return this.#usedMs;
  }

  get givesUpAtMs(): number {
    return this.#begunMs + this.#patienceMs;
  }

  /** The limits of time begin again: for the next page of an export. */
  renew(): void {
    this.#begunMs = this.#pace.now();
  }

  async more<T>(read: () => Promise<T>): Promise<T | undefined> {
    this.#patienceMs = pageMs;
    try {
      return await read();
    } catch (error) {
      if (error instanceof RejectionError && error.rejection.rejected === 'read-too-long') return undefined;
      throw error;
    } finally {
      this.#patienceMs = this.#longestMs;
    }
  }

  /** Long work has bounds of its own, so the limits of time begin again. */
  async step(): Promise<void> {
    this.renew();
    const workedMs = this.#pace.now() - this.#worksSinceMs;
    if (workedMs < stepMs) return;
    this.#note(workedMs);
    this.#pace.spent(workedMs);
    await this.take(async () => {});
  }

  /** Work that is done at once, as a part of the request. */
  work<T>(make: () => T): T {
    const beginMs = this.#pace.now();
    const made = make();
    const usedMs = this.#pace.now() - beginMs;
    this.#note(usedMs);
    this.#pace.spent(usedMs);
    return made;
  }

  async take<T>(read: () => Promise<T>): Promise<T> {
    if (!(await this.#pace.next(this))) throw new RejectionError(tooLong());
    const beginMs = this.#pace.now();
    try {
      return await read();
    } catch (error) {
      throw error instanceof ReadTooLong ? new RejectionError(tooLong()) : error;
    } finally {
      const usedMs = this.#pace.now() - beginMs;
      this.#note(usedMs);
      this.#pace.ended(usedMs);
    }
  }

  #note(usedMs: number): void {
    this.#usedMs += usedMs;
    this.#worksSinceMs = this.#pace.now();
  }
}

const tooLong = () => reject('read-too-long');

/** The parts of an exchange for a request that reads. */
export function forReading(parts: OperatorParts): {
  readonly parts: OperatorParts;
  readonly request: RequestReads;
} {
  const request = new RequestReads(parts.limitedReads, parts.readPace);
  return { parts: { ...parts, reads: request.reads, pace: request }, request };
}
