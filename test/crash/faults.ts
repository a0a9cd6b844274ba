/**
 * Faults injected into the servers, PostgreSQL and the connections between them while clients keep sending requests.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ending } from '../../tools/cluster/postgres-process.ts';
import type { PostgresCluster } from '../support/postgres.ts';
import type { PostgresProxy } from '../support/postgres-proxy.ts';
import type { Random } from '../support/seed.ts';
import { type FaultName, faultPoints } from './fault-points.ts';
import type { Fleet } from './fleet.ts';

export type FaultContext = {
  readonly fleet: Fleet;
  readonly postgres: PostgresCluster;
  /** One proxy per server, between it and PostgreSQL. */
  readonly proxies: readonly PostgresProxy[];
  /** Number of hits per fault point. */
  readonly hits: Map<FaultName, number>;
};

/** Resolves when everything that was stopped is running again; surviving servers must recover by themselves. */
export type Fault = (context: FaultContext, random: Random) => Promise<void>;

const hitWithinMs = 20_000;

const killOne: Fault = async ({ fleet }, random) => {
  const index = random.below(fleet.size);
  await fleet.kill(index);
  await pause(random.below(300));
  await fleet.start(index);
};

const killBoth: Fault = async ({ fleet }, random) => {
  await Promise.all([fleet.kill(0), pause(random.below(100)).then(() => fleet.kill(1))]);
  await Promise.all([fleet.start(0), fleet.start(1)]);
};

const endPostgres =
  (how: Ending): Fault =>
  async ({ postgres }, random) => {
    await postgres.end(how);
    await pause(random.below(400));
    await postgres.restart();
  };

/** Cuts one server off from PostgreSQL for a while; the other takes over its tasks. */
const cutOff: Fault = async ({ proxies }, random) => {
  const proxy = random.pick(proxies);
  proxy.cut();
  await pause(500 + random.below(1000));
  proxy.mend();
};

/** Drops the first connection that reaches the fault point, and sometimes kills its server too. */
const loseAt =
  (name: FaultName): Fault =>
  async ({ fleet, proxies, hits }, random) => {
    const kills = random.chance(0.3);
    const { promise, resolve } = Promise.withResolvers<number>();
    for (const [index, proxy] of proxies.entries()) {
      proxy.arm(faultPoints[name], () => {
        for (const each of proxies) each.disarm();
        hits.set(name, (hits.get(name) ?? 0) + 1);
        resolve(index);
      });
    }
    const hit = await Promise.race([promise, pause(hitWithinMs, undefined, { ref: false })]);
    assert.ok(hit !== undefined, `no statement reached ${name} within ${hitWithinMs} ms`);
    if (!kills) return;
    await fleet.kill(hit);
    await fleet.start(hit);
  };

export const faults: ReadonlyMap<string, Fault> = new Map([
  ...(Object.keys(faultPoints) as FaultName[]).map((name) => [name, loseAt(name)] as const),
  ['SIGKILL of a server', killOne],
  ['SIGKILL of both servers', killBoth],
  ['immediate stop of PostgreSQL', endPostgres('immediate')],
  ['SIGKILL of PostgreSQL', endPostgres('SIGKILL')],
  ['a server cut off', cutOff],
]);
