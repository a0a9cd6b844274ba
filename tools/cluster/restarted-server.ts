/**
 * One `bursar start` in a separate process. It chooses its ports on the first start and keeps them. Whenever it ends,
 * it is restarted, until it is stopped.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.ts';

export type ServerAddresses = { readonly url: string; readonly operatorUrl: string };

type ServerOptions = {
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Receives messages about its state. */
  readonly report: (line: string) => void;
};

const program = fileURLToPath(new URL('../../bin/bursar.js', import.meta.url));
const restartDelayMs = 500;
/** Longer than the server takes to complete requests in progress. */
const stopTimeoutMs = 20_000;

export class RestartedServer {
  readonly name: string;
  readonly #options: ServerOptions;
  readonly #stopping = new AbortController();
  #child: ChildProgram;
  #addresses: ServerAddresses | undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor(options: ServerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#child = this.#spawn();
  }

  /** The pid of the current process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Must be called only once. @returns its addresses as soon as it listens. */
  async start(): Promise<ServerAddresses> {
    this.#addresses = await readAddresses(this.#child);
    if (this.#addresses === undefined) {
      throw new Error(`${this.name} ended before it was ready (${await this.#child.ended})`);
    }
    this.#watching = this.#watch();
    return this.#addresses;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child.stop(stopTimeoutMs);
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { pid } = this.#child;
      const end = await this.#child.ended;
      if (signal.aborted) return;
      this.#options.report(`${this.name} (pid ${pid}) ended: ${end}. Restarting it.`);
      await pause(restartDelayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      this.#child = this.#spawn();
      if ((await readAddresses(this.#child)) !== undefined) {
        this.#options.report(`${this.name} is running again with pid ${this.pid}.`);
      }
    }
  }

  #spawn(): ChildProgram {
    const { url = 'http://127.0.0.1:0', operatorUrl = 'http://127.0.0.1:0' } = this.#addresses ?? {};
    const ports = ['--port', portOf(url), '--operator-port', portOf(operatorUrl)];
    return new ChildProgram(process.execPath, [program, 'start', ...ports], {
      env: this.#options.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

function portOf(url: string): string {
  return new URL(url).port;
}

/** Parses the addresses that a start prints; undefined if the process ends before. */
async function readAddresses({ process: child }: ChildProgram): Promise<ServerAddresses | undefined> {
  let printed = '';
  for await (const text of child.stdout?.setEncoding('utf8').iterator({ destroyOnReturn: false }) ?? []) {
    printed += text;
    const url = /^Wallet API +(http:\S+)/m.exec(printed)?.[1];
    const operatorUrl = /^Operator API +(http:\S+?)\/operator\/v1\s/m.exec(printed)?.[1];
    if (url === undefined || operatorUrl === undefined) continue;
    child.stdout?.resume();
    return { url, operatorUrl };
  }
  return undefined;
}
