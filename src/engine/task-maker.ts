/** The kinds of background tasks. If several processes use the same store, a lease decides which of them runs a task. */
import type { Clock } from '../clock/clock.ts';
import type { TaskLeases } from '../store/port.ts';
import { Periodic } from './periodic.ts';

/** Time before the next attempt while another process is running a cooperative task, ms. */
const cooperativeRetryMs = 50;

export type TaskMakerParts = {
  readonly leases: Pick<TaskLeases, 'hold' | 'release'>;
  readonly clock: Clock;
  /** Called before each run of a task in the time of the world. */
  readonly onRun: (task: Periodic) => void;
  readonly onFault: (name: string, error: unknown) => void;
};

type Work = () => Promise<unknown>;

export class TaskMaker {
  readonly #parts: TaskMakerParts;

  constructor(parts: TaskMakerParts) {
    this.#parts = parts;
  }

  /** A task that every process runs, independent of the time of the world. */
  local(name: string, everyMs: number, work: Work): Periodic {
    const { clock, onFault } = this.#parts;
    return new Periodic(clock.monotonic, everyMs, work, (error) => onFault(name, error));
  }

  /** A task that stays with one process until that process ends. */
  exclusive(name: string, everyMs: number, work: Work, lease = name): Periodic {
    const { leases } = this.#parts;
    return this.#ofWorld(name, everyMs, async () => ((await leases.hold(lease)) ? work() : undefined));
  }

  /** A task triggered by this process's own commits; one process runs it at a time, and the others retry soon. */
  cooperative(name: string, everyMs: number, work: Work): Periodic {
    const { leases, clock } = this.#parts;
    const task = this.#ofWorld(name, everyMs, async () => {
      if (!(await leases.hold(name))) {
        clock.monotonic.after(cooperativeRetryMs, () => task.wake(), { ref: false });
        return;
      }
      await work().finally(() => leases.release(name));
    });
    return task;
  }

  #ofWorld(name: string, everyMs: number, work: Work): Periodic {
    const { clock, onRun, onFault } = this.#parts;
    const noteAndWork = () => {
      onRun(task);
      return work();
    };
    const task = new Periodic(clock.world, everyMs, noteAndWork, (error) => onFault(name, error));
    return task;
  }
}
