/**
 * The clock of a world: freezes, resumes and advances its time. Changes are made one after the other. The time never goes
 * back, not even over a restart: the state from which the next start continues is stored before a move begins.
 */

import type { LabClock } from '../clock/lab-clock.ts';
import type { WorldState } from '../clock/world-time.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import { isoTime } from '../contract/text.ts';
import type { Span } from '../store/reads/spans.ts';
import { maxWorldMs } from './duration.ts';

export type WorldClockParts = {
  readonly clock: LabClock;
  readonly engine: {
    nextDue(): Promise<DoneWork | null>;
    advanceWorld(toMs: number): Promise<{ readonly done: readonly DoneWork[]; readonly reachedMs: number }>;
    noteWorldTime(): Promise<void>;
  };
  /** The ends in a span of the world's time that need no work, in order. */
  readonly ends: (span: Span, limit: number) => Promise<readonly DoneWork[]>;
  /** Stores the state from which the next start continues. @throws StoreFault */
  readonly record: (state: WorldState) => Promise<void>;
  /** Called after the time of the world was moved from `sinceMs`. */
  readonly onMove: (sinceMs: number) => void;
  /** The number of processes on the store. */
  readonly processes: () => Promise<number>;
};

export type ClockView = {
  /** World time in ms. */
  readonly now: number;
  readonly frozen: boolean;
  readonly wire: WorldState['wire'];
  readonly wireNow: number;
  readonly nextDue: DoneWork | null;
};

export type Advance = ClockView & {
  /** The work that was done and the ends that passed, in order; only the newest entries if there were more. */
  readonly ran: readonly DoneWork[];
  /** Number of earlier entries that are left out. */
  readonly omitted: number;
};

/** Why the time cannot be changed now. */
export type ClockConflict = { readonly conflict: string };
type ClockProblem = ClockConflict | { readonly problem: string };

type Wire = WorldState['wire'] | undefined;

/** At most this much work is listed. */
const maxListed = 1000;
/** Number of ends that are read to find the next one: some of them may not count. */
const endsForNext = 100;
/** More ends of one kind are neither listed nor counted. */
const maxEnds = 10_000;

export class WorldClock {
  readonly #parts: WorldClockParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: WorldClockParts) {
    this.#parts = parts;
  }

  async view(): Promise<ClockView> {
    const { time, world } = this.#parts.clock;
    const { engine, ends } = this.#parts;
    const own = world.next;
    const engines = await engine.nextDue();
    const [end] = await ends({ after: time.now(), until: Number.MAX_SAFE_INTEGER }, endsForNext);
    const { frozenAt, wire } = time.state;
    return {
      now: time.now(),
      frozen: frozenAt !== null,
      wire,
      wireNow: time.wireNow(),
      nextDue: inOrder([engines, own, end].filter((each) => each != null))[0] ?? null,
    };
  }

  /** @param wire absent: as before. */
  freeze(wire?: Wire): Promise<ClockView | ClockConflict> {
    return this.#change(async () => {
      const { time } = this.#parts.clock;
      const before = time.state;
      await this.#set({ ...before, frozenAt: time.now(), wire: wire ?? before.wire });
      try {
        await this.#parts.record(time.state);
      } catch (error) {
        await this.#set(before);
        throw error;
      }
      return this.view();
    });
  }

  resume(wire?: Wire): Promise<ClockView | ClockConflict> {
    return this.#change(async () => {
      const { time } = this.#parts.clock;
      const state = { ...time.runningFrom(time.now()), wire: wire ?? time.state.wire };
      await this.#parts.record(state);
      await this.#set(state);
      return this.view();
    });
  }

  /**
   * Moves the time forward and does all work that becomes due meanwhile, in order of its due time. A running clock
   * stands still meanwhile.
   * @param target from the time now.
   */
  advance(target: (nowMs: number) => number, wire?: Wire): Promise<Advance | ClockProblem> {
    return this.#change(async () => {
      const { time } = this.#parts.clock;
      const nowMs = time.now();
      const toMs = target(nowMs);
      const problem = problemOf(nowMs, toMs);
      if (problem !== undefined) return { problem };
      const { frozenAt } = time.state;
      const stateAt = (worldMs: number): WorldState => ({
        ...(frozenAt === null ? time.runningFrom(worldMs) : { ...time.state, frozenAt: worldMs }),
        wire: wire ?? time.state.wire,
      });
      const span = { after: nowMs, until: toMs };
      const known = await this.#parts.ends(span, maxEnds);
      await this.#parts.record(stateAt(toMs));
      await this.#set({ ...stateAt(nowMs), frozenAt: Math.max(nowMs, time.now()) });
      let done: readonly DoneWork[];
      try {
        done = await this.#moveTo(toMs);
      } finally {
        await this.#set(stateAt(time.now()));
        this.#parts.onMove(nowMs);
      }
      // Some ends were added during the move, and others can no longer be read after it.
      const ended = withoutDuplicates([...known, ...(await this.#parts.ends(span, maxEnds))]);
      const ran = inOrder([...done, ...ended]);
      return {
        ...(await this.view()),
        ran: ran.slice(-maxListed),
        omitted: Math.max(ran.length - maxListed, 0),
      };
    });
  }

  /** Makes changes one after the other, and only if this process alone has the world. */
  #change<R>(change: () => Promise<R>): Promise<R | ClockConflict> {
    const result = this.#last.then(async () => {
      const processes = await this.#parts.processes();
      return processes > 1 ? { conflict: severalProcesses(processes) } : change();
    });
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when all threads know the time, and the work that was in progress is done. */
  async #set(state: WorldState): Promise<void> {
    const { clock, engine } = this.#parts;
    clock.time.state = state;
    clock.world.reset();
    await engine.noteWorldTime();
  }

  async #moveTo(toMs: number): Promise<readonly DoneWork[]> {
    const { clock, engine } = this.#parts;
    const all: DoneWork[] = [];
    for (;;) {
      const own = clock.world.next;
      const untilMs = Math.min(own?.at ?? toMs, toMs);
      const { done, reachedMs } = await engine.advanceWorld(untilMs);
      all.push(...done);
      if (reachedMs < untilMs) continue;
      if (own === undefined || own.at > toMs) break;
      const ran = await clock.world.runNext();
      if (ran !== undefined) all.push(ran);
    }
    await clock.world.runPeriodic();
    await engine.advanceWorld(toMs);
    return all;
  }
}

/** Sorts by time; entries at the same time keep their order. */
const inOrder = (works: readonly DoneWork[]) => works.toSorted((one, other) => one.at - other.at);

function withoutDuplicates(ends: readonly DoneWork[]): readonly DoneWork[] {
  return [...new Map(ends.map((end) => [JSON.stringify([end.at, end.what, end.id]), end])).values()];
}

const severalProcesses = (count: number) =>
  `${count} processes use this database, and its time cannot be changed in all of them at once; stop the others first.`;

function problemOf(nowMs: number, toMs: number): string | undefined {
  if (toMs < nowMs)
    return `is in the past; the time of the world is ${isoTime(nowMs)}, and never goes back. Only restoring a snapshot leads back.`;
  if (toMs > maxWorldMs) return `leads beyond ${isoTime(maxWorldMs)}, the latest time of a world.`;
}
