/** The limiters under the conformance suite, each with arrays that record its bans and its Redis failures. */

import { after, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { BanRecord, RateLimitDecision } from '../../src/domain/rate-limit.ts';
import { openLimiter } from '../../src/limiter/open.ts';
import type { Limiter, OperationCounter } from '../../src/limiter/port.ts';
import { at } from '../support/arrival.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../support/redis.ts';

export type Kind = 'memory' | 'Redis';

export type Opened = {
  readonly limiter: Limiter;
  /** Sends `count` requests, one after the other. */
  send(
    count: number,
    scope: string,
    nowMs: number,
    weight?: number,
    counter?: OperationCounter,
  ): Promise<RateLimitDecision[]>;
  /** Bans handed over to be stored. */
  readonly kept: { readonly ip: string; readonly ban: BanRecord }[];
  /** For each change, whether Redis was lost. */
  readonly losses: boolean[];
  /** Resolves once Redis is known to be lost, or to be back. */
  until(lost: boolean): Promise<void>;
};

export type Terms = {
  readonly weightPerMinute: number;
  /** Whether a ban can be stored. */
  readonly keeps?: boolean | Promise<boolean>;
  readonly timeoutMs?: number;
};

/** All limiters opened on one site share their counts if their kind can. */
export type Site = {
  /** @param url an alternative route to the same Redis. */
  open(terms: Terms, url?: string): Promise<Opened>;
  close(): Promise<void>;
};

/** Long enough that a busy machine is not mistaken for a lost Redis. */
const longTimeoutMs = 20_000;

let server: RedisServer | undefined;
after(() => server?.stop());

export async function sharedRedis(): Promise<RedisServer> {
  server ??= await startRedis();
  return server;
}

let addresses = 0;
/** A new address for each scenario, unaffected by the weights and bans of others. */
export function newAddress(): string {
  addresses += 1;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

export async function openSite(kind: Kind): Promise<Site> {
  const redisUrl = kind === 'Redis' ? (await sharedRedis()).url : null;
  const opened: Opened[] = [];
  return {
    async open(terms, url) {
      const next = await open(url ?? redisUrl, terms);
      opened.push(next);
      return next;
    },
    async close() {
      for (const { limiter } of opened) await limiter.close();
    },
  };
}

async function open(
  redisUrl: string | null,
  { weightPerMinute, keeps = true, timeoutMs = longTimeoutMs }: Terms,
): Promise<Opened> {
  const kept: Opened['kept'] = [];
  const losses: boolean[] = [];
  let watchers: (() => void)[] = [];
  const limiter = await openLimiter({
    time: systemClock.monotonic,
    redisUrl,
    weightPerMinute,
    timeoutMs,
    onBan: async (ip, ban) => {
      kept.push({ ip, ban });
      return keeps;
    },
    onConnectionChange: (lost) => {
      losses.push(lost);
      const woken = watchers;
      watchers = [];
      for (const wake of woken) wake();
    },
  });
  return {
    limiter,
    kept,
    losses,
    async send(count, scope, nowMs, weight = 1, counter) {
      const verdicts: RateLimitDecision[] = [];
      for (let sent = 0; sent < count; sent += 1)
        verdicts.push(await limiter.take(scope, weight, at(nowMs), counter));
      return verdicts;
    },
    async until(lost) {
      while ((losses.at(-1) ?? false) !== lost)
        await new Promise<void>((resolve) => {
          watchers.push(resolve);
        });
    },
  };
}

/** A counter of one operation, as the customer API has them. */
export const counterOf = (name: string, weight: number, windowMs = 60_000): OperationCounter => ({
  name,
  limit: { weight, windowMs, toleratedAfterLimit: null },
});

export const outcomesOf = (verdicts: readonly RateLimitDecision[]) => verdicts.map(({ outcome }) => outcome);

/** Runs a test on every limiter, or on the given kinds. */
export function conformance(
  title: string,
  run: (site: Site, kind: Kind) => Promise<void>,
  kinds: readonly Kind[] = ['memory', 'Redis'],
): void {
  for (const kind of kinds) {
    test(`${kind}: ${title}`, { skip: kind === 'Redis' && skipWithoutRedis }, async () => {
      const site = await openSite(kind);
      try {
        await run(site, kind);
      } finally {
        await site.close();
      }
    });
  }
}
