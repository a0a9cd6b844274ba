/**
 * One `bursar start` in a process of its own, on ports that it chooses at first and keeps. Whatever ends it, it is
 * started again, until it is stopped.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.ts';

export type ServerAddresses = { readonly url: string; readonly operatorUrl: string };

type ServerOptions = {
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Told in words what became of it. */
  readonly tell: (line: string) => void;
};

const program = fileURLToPath(new URL('../../bin/bursar.js', import.meta.url));
const restartMs = 500;
/** Longer than the server itself takes to finish what is under way. */
const stopPatienceMs = 20_000;

export class ServerProcess {
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

  /** Of the process that runs now. */
  get pid(): number {
    return this.#child.pid;
  }

  /** To be called once. @returns where it listens, as soon as it does. */
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
    await this.#child.stop(stopPatienceMs);
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { pid } = this.#child;
      const end = await this.#child.ended;
      if (signal.aborted) return;
      this.#options.tell(`${this.name} (process ${pid}) ended: ${end}. It is started again.`);
      await pause(restartMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      this.#child = this.#spawn();
      if ((await readAddresses(this.#child)) !== undefined) {
        this.#options.tell(`${this.name} runs again as process ${this.pid}.`);
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

/** From what a start prints; undefined when it ended before. */
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
