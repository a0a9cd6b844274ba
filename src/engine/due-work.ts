/**
 * Moves the time of the world forward and runs each task of the engine that becomes due on the way, in the order of due
 * times, at its due time. Tasks without work are skipped, so the cost depends on the amount of work, not on how far the
 * time is moved.
 */
import type { Clock } from '../clock/clock.ts';
import type { WorldTime } from '../clock/world-time.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import type { DueBlocks } from './due-blocks.ts';
import type { Periodic } from './periodic.ts';

type Due = {
  readonly at: number;
  readonly id: string | null;
  /** Whether the run only looks for work: it is then reported only if it has committed something. */
  readonly isSilent?: true;
};

export type DueTask = {
  /** Its name in the report. */
  readonly what: string;
  readonly task: Pick<Periodic, 'runOnce' | 'hasFailed'>;
  /**
   * @param isStale whether the store has changed since its last run began, or that run has failed.
   * @returns the world time at which its next work is due, with the id of its subject; undefined: no work.
   */
  readonly dueAt: (nowMs: number, isStale: boolean) => Promise<Due | undefined>;
  /** The same without work that would change nothing although it is due; by default `dueAt`. */
  readonly changeAt?: (nowMs: number) => Promise<Due | undefined>;
  /** Whether it may send something to a chain. */
  readonly sends: boolean;
  /** Whether it is reported even if it has committed nothing. */
  readonly isReported: boolean;
};

export type DueWorkParts = {
  readonly time: WorldTime;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Work that is due at the same time is done in this order, after the blocks. */
  readonly tasks: readonly DueTask[];
  /** Undefined: blocks are mined only on request. */
  readonly blocks: DueBlocks | undefined;
  /** Resolves when all work that follows from the commits so far is done. */
  readonly whenIdle: () => Promise<void>;
  /** Whether the store has changed since the last run of the task began. */
  readonly isStale: (task: DueTask) => boolean;
  /** The number of commits so far. */
  readonly commits: () => number;
  readonly stopping: AbortSignal;
};

export type Advanced = {
  readonly done: readonly DoneWork[];
  /** World time. Earlier than the requested time if the work takes long; then the caller must advance again. */
  readonly reachedMs: number;
};

/** An advance that takes longer is interrupted after the current task, real ms. */
const maxAdvanceMs = 1000;

type Next = Due & { readonly task: DueTask };

export class DueWork {
  readonly #parts: DueWorkParts;
  readonly #tasks: readonly DueTask[];
  /** The tasks that have failed in this advance; the next one tries them again. */
  readonly #failed = new Set<DueTask>();
  /** World time at which the last advance was interrupted; undefined: it was not. */
  #interruptedAt: number | undefined;

  constructor(parts: DueWorkParts) {
    this.#parts = parts;
    const { blocks } = parts;
    this.#tasks = blocks === undefined ? parts.tasks : [this.#blockTask(blocks), ...parts.tasks];
  }

  /** The work that is due next; undefined if none is, whatever the time. */
  async next(): Promise<DoneWork | undefined> {
    return doneWork(await this.#next(({ isSilent }) => isSilent !== true));
  }

  /**
   * The same without work that would change nothing: blocks of networks on which everything waits for an instruction,
   * and tasks that have failed, which the next start tries again.
   */
  async nextChange(): Promise<DoneWork | undefined> {
    const { time, isStale } = this.#parts;
    return doneWork(
      await firstOf(
        this.#tasks.filter(({ task }) => !task.hasFailed),
        (each) => each.changeAt?.(time.now()) ?? each.dueAt(time.now(), isStale(each)),
      ),
    );
  }

  /** Moves the frozen time of the world up to `toMs`. */
  async advance(toMs: number): Promise<Advanced> {
    const { time, clock, blocks, stopping } = this.#parts;
    const begunMs = clock.monotonic.now();
    const done: DoneWork[] = [];
    // The continuation of an interrupted advance still mines the blocks that it passed, and retries no failed task.
    if (this.#interruptedAt !== time.now()) {
      this.#failed.clear();
      blocks?.begin(time.now());
    }
    this.#interruptedAt = undefined;
    await this.#parts.whenIdle();
    for (let next = await this.#next(); next !== undefined && next.at <= toMs; next = await this.#next()) {
      await this.#do(next, done);
      if (stopping.aborted || clock.monotonic.now() - begunMs > maxAdvanceMs) {
        this.#interruptedAt = time.now();
        return { done, reachedMs: time.now() };
      }
    }
    this.#moveTo(toMs);
    await blocks?.catchUp(toMs);
    await this.#parts.whenIdle();
    return { done, reachedMs: toMs };
  }

  async #do({ at, id, task, isSilent }: Next, done: DoneWork[]): Promise<void> {
    const { time, blocks, whenIdle, commits } = this.#parts;
    this.#moveTo(at);
    if (task.sends) await blocks?.catchUp(time.now());
    const before = commits();
    await task.task.runOnce();
    await whenIdle();
    if (task.task.hasFailed) this.#failed.add(task);
    const isReported = task.isReported && isSilent !== true;
    if (isReported || commits() > before) done.push({ at: time.now(), what: task.what, id });
  }

  async #next(isMeant: (due: Due) => boolean = () => true): Promise<Next | undefined> {
    const { time, isStale } = this.#parts;
    return firstOf(
      this.#tasks.filter((each) => !this.#failed.has(each)),
      async (each) => {
        const due = await each.dueAt(time.now(), each.task.hasFailed || isStale(each));
        return due && isMeant(due) ? due : undefined;
      },
    );
  }

  #moveTo(worldMs: number): void {
    const { time } = this.#parts;
    if (worldMs > time.now()) time.state = { ...time.state, frozenAt: worldMs };
  }

  #blockTask(blocks: DueBlocks): DueTask {
    const { time } = this.#parts;
    return {
      what: 'block',
      dueAt: (nowMs) => blocks.dueAt(nowMs),
      changeAt: (nowMs) => blocks.changeAt(nowMs),
      task: { runOnce: () => blocks.run(time.now()), hasFailed: false },
      sends: false,
      isReported: true,
    };
  }
}

/** The task that is due first. */
async function firstOf(
  tasks: readonly DueTask[],
  dueAt: (task: DueTask) => Promise<Due | undefined>,
): Promise<Next | undefined> {
  const all = await Promise.all(tasks.map(async (task) => ({ task, due: await dueAt(task) })));
  let first: Next | undefined;
  for (const { task, due } of all)
    if (due !== undefined && (first === undefined || due.at < first.at)) first = { ...due, task };
  return first;
}

const doneWork = (next: Next | undefined): DoneWork | undefined =>
  next && { at: next.at, what: next.task.what, id: next.id };
