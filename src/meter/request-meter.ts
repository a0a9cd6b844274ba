/**
 * Counts what became of the requests of one listener. Counting is a few additions to plain numbers: it costs well below
 * a microsecond and makes nothing that must be collected.
 *
 * It tells operations, statuses and error ids, and never who asked or for what.
 */
import type { ErrorId } from '../contract/errors.ts';
import { Distribution, type Tally } from './distribution.ts';

/** From one millisecond to ten seconds. */
const durationBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const statusesBelow = 600;

/** Of what is no operation. */
const none = 'none';

export type OperationFigures = {
  readonly operation: string;
  /** Requests by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Milliseconds. */
  readonly durations: Tally;
};

export type RequestFigures = {
  /** Those that were called. */
  readonly operations: readonly OperationFigures[];
  readonly refusals: ReadonlyMap<ErrorId, number>;
};

type Counters = { readonly statuses: Float64Array; readonly durations: Distribution };

export class RequestMeter {
  readonly #elapsedMs: () => number;
  readonly #counters: ReadonlyMap<string, Counters>;
  readonly #others = createCounters();
  readonly #refusals = new Map<ErrorId, number>();

  /** `elapsedMs` is a clock that only goes on, in fractions of milliseconds. */
  constructor(operations: readonly { readonly id: string }[], elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
    this.#counters = new Map(operations.map(({ id }) => [id, createCounters()]));
  }

  /** @returns when it began, to be handed back. */
  begin(): number {
    return this.#elapsedMs();
  }

  /** `begunMs` undefined: HTTP itself refused the request, and nobody knows how long that took. */
  count(
    operation: string | undefined,
    status: number,
    refusal: ErrorId | undefined,
    begunMs: number | undefined,
  ): void {
    const { statuses, durations } =
      (operation === undefined ? undefined : this.#counters.get(operation)) ?? this.#others;
    statuses[status] = (statuses[status] as number) + 1;
    if (begunMs !== undefined) durations.observe(this.#elapsedMs() - begunMs);
    if (refusal !== undefined) this.#refusals.set(refusal, (this.#refusals.get(refusal) ?? 0) + 1);
  }

  read(): RequestFigures {
    return {
      operations: [...this.#counters, [none, this.#others] as const]
        .map(([operation, { statuses, durations }]) => ({
          operation,
          statuses: readStatuses(statuses),
          durations: durations.read(),
        }))
        .filter(({ statuses }) => statuses.size > 0),
      refusals: this.#refusals,
    };
  }
}

function createCounters(): Counters {
  return { statuses: new Float64Array(statusesBelow), durations: new Distribution(durationBoundsMs) };
}

function readStatuses(statuses: Float64Array): Map<number, number> {
  return new Map([...statuses.entries()].filter(([, requests]) => requests > 0));
}
