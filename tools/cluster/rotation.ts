/**
 * The servers that take requests in turn: those whose last `GET /ready` answered 200. Others are taken out until they
 * are ready again.
 */
import { setTimeout as pause } from 'node:timers/promises';

export type Member = {
  readonly name: string;
  readonly url: string;
  /** The operator API, whose /ready is polled. */
  readonly operatorUrl: string;
};

const pollIntervalMs = 200;
const answerTimeoutMs = 1500;

export class Rotation {
  readonly #members: readonly Member[];
  readonly #ready = new Set<Member>();
  readonly #report: (line: string) => void;
  readonly #stopping = new AbortController();
  readonly #allReady = Promise.withResolvers<void>();
  #turn = 0;

  constructor(members: readonly Member[], report: (line: string) => void) {
    this.#members = members;
    this.#report = report;
  }

  /** Resolves when all servers are ready. */
  async start(): Promise<void> {
    for (const member of this.#members) void this.#watch(member);
    await this.#allReady.promise;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** The next ready server that is not in `tried`. */
  next(tried: ReadonlySet<Member>): Member | undefined {
    for (const _ of this.#members) {
      const member = this.#members[this.#turn++ % this.#members.length] as Member;
      if (this.#ready.has(member) && !tried.has(member)) return member;
    }
    return undefined;
  }

  /** Takes a server out until it reports ready again. */
  takeOut(member: Member): void {
    if (this.#ready.delete(member)) this.#report(`${member.name} is out of rotation: it is not ready.`);
  }

  #putBack(member: Member): void {
    if (this.#ready.has(member)) return;
    this.#ready.add(member);
    this.#report(`${member.name} is in rotation.`);
    if (this.#ready.size === this.#members.length) this.#allReady.resolve();
  }

  async #watch(member: Member): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const ready = await saysReady(member, signal);
      if (signal.aborted) return;
      if (ready) this.#putBack(member);
      else this.takeOut(member);
      await pause(pollIntervalMs, undefined, { signal }).catch(() => {});
    }
  }
}

async function saysReady({ operatorUrl }: Member, stopping: AbortSignal): Promise<boolean> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(answerTimeoutMs)]);
  try {
    const response = await fetch(`${operatorUrl}/ready`, { signal });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
