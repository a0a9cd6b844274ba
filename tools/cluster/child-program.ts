/**
 * A program that this process runs beside itself, and that never outlives this process's own end.
 *
 * Where this process handles a Ctrl-C, the program is in a group of its own: the terminal then tells this process alone,
 * which stops the others in their order. Where it does not, both are ended by it.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

export class ChildProgram {
  readonly process: ChildProcess;
  /** Resolves, and never rejects, with how it ended: `code 1`, `SIGKILL`, or why it did not even start. */
  readonly ended: Promise<string>;
  #hasEnded = false;

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    const detached = process.listenerCount('SIGINT') > 0;
    this.process = spawn(command, args, { ...options, detached });
    const kill = () => this.process.kill('SIGKILL');
    process.once('exit', kill);
    this.ended = once(this.process, 'exit')
      .then(
        ([code, signal]) => (signal as string | null) ?? `code ${code}`,
        (error: Error) => error.message,
      )
      .finally(() => {
        this.#hasEnded = true;
        process.off('exit', kill);
      });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Tells it to stop, and does not let it take longer than that. */
  async stop(patienceMs: number): Promise<void> {
    this.process.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([
      this.ended,
      pause(patienceMs, undefined, { signal: patience.signal }).catch(() => {}),
    ]);
    patience.abort();
    this.process.kill('SIGKILL');
    await this.ended;
  }
}
