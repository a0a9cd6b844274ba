/**
 * Several servers over one PostgreSQL, each behind a way of its own, as their clients see them: a request goes to one
 * that lives, in turns. What it answers must be a reply that a fault allows; only a killed server leaves one without.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { type Answer, startVictim, type Target, type Victim } from './victim-process.ts';

export type FleetParts = {
  /** Of their secrets. */
  readonly dataFolder: string;
  readonly journal: Journal;
  /** The database as each of them reaches it. */
  readonly urls: readonly string[];
  readonly blockMs: number;
};

const { BURSAR_TEST_LOG: logLevel = 'silent' } = process.env;
/** Refused or not done: the client takes a breath. */
const breathMs = 20;
const operatorStatuses: ReadonlySet<number> = new Set([200, 201, 400, 404, 409, 503, 504]);
const customerStatuses: ReadonlySet<number> = new Set([200, 400, 503, 504]);

export class Fleet implements Target {
  /** How often each status was answered; 0 is a lost connection. */
  readonly statuses = new Map<number, number>();
  readonly #parts: FleetParts;
  readonly #members: (Victim | undefined)[] = [];
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
    this.#members[index] = await startVictim(dataFolder, blockMs, flags);
  }

  async kill(index: number): Promise<void> {
    const victim = this.#members[index];
    this.#members[index] = undefined;
    await victim?.kill();
  }

  isAlive(index: number): boolean {
    return this.#members[index] !== undefined;
  }

  /** One of the servers, as a client of that one sees it. */
  member(index: number): Target {
    return {
      signed: (...request) => this.#ask(index, customerStatuses, (victim) => victim.signed(...request)),
      operator: (...request) => this.#ask(index, operatorStatuses, (victim) => victim.operator(...request)),
      read: (path) => this.#ask(index, operatorStatuses, (victim) => victim.read(path)),
    };
  }

  signed: Target['signed'] = async (...request) => this.member(await this.#next()).signed(...request);

  operator: Target['operator'] = async (...request) => this.member(await this.#next()).operator(...request);

  read: Target['read'] = async (path) => this.member(await this.#next()).read(path);

  async killAll(): Promise<void> {
    await Promise.all(this.#members.map((_victim, index) => this.kill(index)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((victim) => victim?.stop()));
  }

  /** In turns; where nobody lives, whoever comes back first. */
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
    send: (victim: Victim) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    const victim = this.#members[index];
    if (victim === undefined) return null;
    const answer = await send(victim);
    const status = answer?.status ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const isAllowed = answer === null ? this.#members[index] !== victim : allowed.has(status);
    if (!isAllowed) {
      this.#parts.journal.violations.push(
        `server ${index} answered ${status} ${JSON.stringify(answer?.body)}`,
      );
    }
    if (status !== 200) await pause(breathMs);
    return answer;
  }
}
