/**
 * Several servers on one PostgreSQL, each behind its own proxy, as clients see them: requests go to running servers in
 * turn. Every reply must be one that the injected faults allow; only a killed server may leave a request unanswered.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { type Answer, type ServerProcess, startServerProcess, type Target } from './server-process.ts';

export type FleetParts = {
  /** The folder of their secrets. */
  readonly dataFolder: string;
  readonly journal: Journal;
  /** The database URL of each server. */
  readonly urls: readonly string[];
  readonly blockMs: number;
};

const { BURSAR_TEST_LOG: logLevel = 'silent' } = process.env;
/** Pause of a client after a connection was refused or a request was not done. */
const breathMs = 20;
const operatorStatuses: ReadonlySet<number> = new Set([200, 201, 400, 404, 409, 503, 504]);
const customerStatuses: ReadonlySet<number> = new Set([200, 400, 503, 504]);

export class Fleet implements Target {
  /** Number of answers per status; 0 is a lost connection. */
  readonly statuses = new Map<number, number>();
  readonly #parts: FleetParts;
  readonly #members: (ServerProcess | undefined)[] = [];
  #turn = 0;

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.urls.length;
  }

  async start(index: number): Promise<void> {
    const { dataFolder, blockMs, urls } = this.#parts;
    const flags = ['--database-url', urls[index] as string, '--log-level', logLevel];
    this.#members[index] = await startServerProcess(dataFolder, blockMs, flags);
  }

  async kill(index: number): Promise<void> {
    const server = this.#members[index];
    this.#members[index] = undefined;
    await server?.kill();
  }

  isAlive(index: number): boolean {
    return this.#members[index] !== undefined;
  }

  /** A single server, as a client of that server sees it. */
  member(index: number): Target {
    return {
      signed: (...request) => this.#ask(index, customerStatuses, (server) => server.signed(...request)),
      operator: (...request) => this.#ask(index, operatorStatuses, (server) => server.operator(...request)),
      read: (path) => this.#ask(index, operatorStatuses, (server) => server.read(path)),
    };
  }

  signed: Target['signed'] = async (...request) => this.member(await this.#next()).signed(...request);

  operator: Target['operator'] = async (...request) => this.member(await this.#next()).operator(...request);

  read: Target['read'] = async (path) => this.member(await this.#next()).read(path);

  async killAll(): Promise<void> {
    await Promise.all(this.#members.map((_server, index) => this.kill(index)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((server) => server?.stop()));
  }

  /** The next running server in turn; if none is running, the first that comes back. */
  async #next(): Promise<number> {
    for (;;) {
      for (let tries = 0; tries < this.size; tries += 1) {
        this.#turn = (this.#turn + 1) % this.size;
        if (this.isAlive(this.#turn)) return this.#turn;
      }
      await pause(breathMs);
    }
  }

  async #ask(
    index: number,
    allowed: ReadonlySet<number>,
    send: (server: ServerProcess) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    const server = this.#members[index];
    if (server === undefined) return null;
    const answer = await send(server);
    const status = answer?.status ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const isAllowed = answer === null ? this.#members[index] !== server : allowed.has(status);
    if (!isAllowed) {
      this.#parts.journal.violations.push(
        `server ${index} answered ${status} ${JSON.stringify(answer?.body)}`,
      );
    }
    if (status !== 200) await pause(breathMs);
    return answer;
  }
}
