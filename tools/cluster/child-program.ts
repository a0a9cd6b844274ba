/**
 * A child process that never outlives this process.
 *
 * If this process handles Ctrl-C, the child runs in its own process group, so that the terminal signals only this
 * process, which stops its children in order. Otherwise Ctrl-C ends both.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

export class ChildProgram {
  readonly process: ChildProcess;
  /** Resolves, and never rejects, with how it ended: `code 1`, `SIGKILL`, or why it could not be started. */
  readonly ended: Promise<string>;
  #hasEnded = false;

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    const detached = process.listenerCount('SIGINT') > 0;
    this.process = spawn(command, args, { ...options, detached });
    const kill = () => this.process.kill('SIGKILL');
    // Before the files that it uses are removed.
    process.prependOnceListener('exit', kill);
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

  /** Sends SIGTERM, and SIGKILL after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.process.kill('SIGTERM');
    const timeout = new AbortController();
    await Promise.race([this.ended, pause(timeoutMs, undefined, { signal: timeout.signal }).catch(() => {})]);
    timeout.abort();
    this.process.kill('SIGKILL');
    await this.ended;
  }
}
