/**
 * Random signers of a manual network, of which several processes share a token, fall asleep and wake up with outdated
 * knowledge. They keep the rules of the documentation: a transaction is sent only after its report was accepted, a claim
 * is given back only if nothing was signed, and people look at the chain before they decide. Then nothing is paid twice,
 * and nothing that was paid is given back, whatever the order; and the connector shows each transaction as reported.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualConnector } from '../../src/chain/manual/manual-connector.ts';
import type { Operator } from '../../src/command/unit-of-work.ts';
import type { Store } from '../../src/store/port.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { joinTestCluster } from '../support/database.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { clockReading } from '../support/manual-clock.ts';
import { leaseMs, openManual, otherSigner, queue, signer, treasurer } from '../support/manual-world.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import type { StoreWorld } from '../support/store-world.ts';

const credited = 100;
const amounts = [2, 3, 5];
const depth = 3;
const maxOpen = 3;

/** The knowledge of one process of a signer about a withdrawal; it may be long out of date. */
type Memory = { readonly id: string; readonly generation: number; isReported: boolean };
type Process = { readonly operator: Operator; readonly memories: Memory[] };

/** A transaction on the chain. `replaced`: another one of the same payment is in a block. */
type Sent = {
  readonly id: string;
  readonly txId: string;
  readonly generation: number;
  state: 'waiting' | 'in-block' | 'dropped' | 'replaced';
  confirmations: number;
};

class Rehearsal {
  readonly #world: StoreWorld;
  readonly #random: Random;
  readonly #advance: (ms: number) => void;
  readonly #processes: readonly Process[] = [signer, signer, signer, otherSigner].map((operator) => ({
    operator,
    memories: [],
  }));
  readonly #ids: string[] = [];
  readonly #sent: Sent[] = [];
  #transactions = 0;
  /** Withdrawals that are neither completed nor failed, with the generation of their claim, as of the last step. */
  #open: ReadonlyMap<string, number> = new Map();
  #queued: readonly string[] = [];
  readonly counts = { sent: 0, completed: 0, failed: 0, resolved: 0, refused: 0 };

  constructor(world: StoreWorld, random: Random, advance: (ms: number) => void) {
    this.#world = world;
    this.#random = random;
    this.#advance = advance;
  }

  async step(): Promise<void> {
    const steps: readonly (readonly [weight: number, work: () => Promise<void>])[] = [
      [2, () => this.#withdraw()],
      [5, () => this.#claim()],
      [6, () => this.#report()],
      [4, () => this.#release()],
      [2, () => this.#extend()],
      [4, () => this.#declareUnsent()],
      [2, () => this.#pass()],
      [2, () => this.#expire()],
      [2, () => this.#resolve()],
      [5, () => this.#moveChain()],
      [6, () => this.#confirm()],
    ];
    await this.#random.pick(steps.flatMap(([weight, work]) => new Array(weight).fill(work)))();
    await this.#check();
  }

  /** @returns whether the command was carried out. */
  async #try(outcome: Promise<object>): Promise<boolean> {
    const isDone = 'done' in (await outcome);
    if (!isDone) this.counts.refused += 1;
    return isDone;
  }

  async #withdraw(): Promise<void> {
    const amount = this.#random.pick(amounts);
    // Few at a time, so that much happens to each.
    if (this.#open.size >= maxOpen) return;
    if (Number(await this.#world.free(this.#world.alice, 'HAND')) < amount) return;
    this.#ids.push(await queue(this.#world, amount));
  }

  async #claim(): Promise<void> {
    if (this.#ids.length === 0) return;
    const { operator, memories } = this.#random.pick(this.#processes);
    const id = this.#random.pick(
      this.#random.chance(0.8) && this.#queued.length > 0 ? this.#queued : this.#ids,
    );
    const claim = { operator, id, leaseMs: this.#random.pick([1, leaseMs, leaseMs, leaseMs]) };
    const outcome = await this.#world.commands.submit('takeClaim', claim);
    if ('done' in outcome) memories.push({ id, generation: outcome.done.generation, isReported: false });
    else this.counts.refused += 1;
  }

  /** Mostly of a claim that is the present one, or of one that no longer is. */
  #remembered(age: 'present' | 'past' = 'present'): readonly [process: Process, memory: Memory] | undefined {
    const known = this.#processes.flatMap((each) => each.memories.map((memory) => [each, memory] as const));
    if (known.length === 0) return undefined;
    const fitting = known.filter(([, { id, generation }]) => {
      const present = this.#open.get(id);
      return present !== undefined && (generation === present) === (age === 'present');
    });
    return this.#random.pick(fitting.length > 0 && this.#random.chance(0.8) ? fitting : known);
  }

  async #report(): Promise<void> {
    const found = this.#remembered();
    if (found === undefined) return;
    const [{ operator }, memory] = found;
    const { id, generation } = memory;
    const own = this.#sent.filter((each) => each.id === id && each.generation === generation);
    const isFurther = own.length > 0 && this.#random.chance(0.5);
    const txId = own.length > 0 && !isFurther ? this.#random.pick(own).txId : `t${++this.#transactions}`;
    const replaces = isFurther ? { replaces: own.at(-1)?.txId } : {};
    const report = { operator, id, generation, txId, signedTransaction: '', ...replaces };
    if (!(await this.#try(this.#world.commands.submit('reportTransaction', report)))) return;
    memory.isReported = true;
    if (own.some((each) => each.txId === txId)) return;
    const isPaid = own.some(({ state }) => state === 'in-block');
    this.#sent.push({ id, txId, generation, state: isPaid ? 'replaced' : 'waiting', confirmations: 0 });
    this.counts.sent += 1;
  }

  async #release(): Promise<void> {
    const found = this.#remembered();
    if (found === undefined || found[1].isReported) return;
    const [{ operator }, { id, generation }] = found;
    await this.#try(this.#world.commands.submit('releaseClaim', { operator, id, generation }));
  }

  async #extend(): Promise<void> {
    const found = this.#remembered();
    if (found === undefined) return;
    const [{ operator }, { id, generation }] = found;
    await this.#try(this.#world.commands.submit('extendClaim', { operator, id, generation, leaseMs }));
  }

  /** A process that has sent nothing says so; one that has sent says it only of what can never be confirmed. */
  async #declareUnsent(): Promise<void> {
    const found = this.#remembered(this.#random.pick(['present', 'past', 'past'] as const));
    if (found === undefined) return;
    const [{ operator }, { id, generation }] = found;
    const own = this.#sent.filter((each) => each.id === id && each.generation === generation);
    if (own.some(({ state }) => state === 'waiting' || state === 'in-block')) return;
    const named = this.#random.chance(0.5) ? { generation } : {};
    await this.#try(this.#world.commands.submit('reportUnsent', { operator, id, ...named }));
  }

  async #pass(): Promise<void> {
    this.#advance(this.#random.pick([10, leaseMs / 2, leaseMs * 2]));
  }

  /** Does what the server does when a lease is over. */
  async #expire(): Promise<void> {
    const claims = await this.#world.rows('withdrawal_claims', { state: 'held' });
    for (const { id: claimId } of claims) await this.#world.commands.submit('expireClaim', { claimId });
  }

  async #resolve(): Promise<void> {
    const [row] = await this.#world.rows('withdrawals', { stage: 'unknown' });
    if (row === undefined) return;
    const next = this.#random.pick(['queue', 'fail'] as const);
    const resolution = { outcome: 'not-sent', next } as const;
    // Only reported transactions are ever sent, and none was reported for this withdrawal.
    const decision = { operator: this.#random.pick([treasurer, signer]), id: row.id, resolution };
    if (await this.#try(this.#world.commands.submit('resolveClaim', decision))) this.counts.resolved += 1;
  }

  #pickSent(): Sent | undefined {
    const open = this.#random.chance(0.8) ? this.#sent.filter(({ id }) => this.#open.has(id)) : [];
    const from = open.length > 0 ? open : this.#sent;
    return from.length === 0 ? undefined : this.#random.pick(from);
  }

  async #moveChain(): Promise<void> {
    const one = this.#pickSent();
    if (one === undefined) return;
    const others = this.#sent.filter((each) => each !== one && each.id === one.id);
    if (one.state === 'in-block' && this.#random.chance(0.2) && !(await this.#isCompleted(one.id))) {
      one.state = 'waiting';
      one.confirmations = 0;
      for (const each of others) if (each.state === 'replaced') each.state = 'waiting';
    } else if (one.state === 'in-block') one.confirmations += 1;
    else if (one.state === 'waiting' && this.#random.chance(0.15)) one.state = 'dropped';
    else if (one.state === 'waiting') {
      one.state = 'in-block';
      one.confirmations = 1;
      for (const each of others) if (each.state === 'waiting') each.state = 'replaced';
    }
  }

  async #isCompleted(id: string): Promise<boolean> {
    return (await this.#world.rows('withdrawals', { id }))[0]?.stage === 'completed';
  }

  async #confirm(): Promise<void> {
    const found = this.#pickSent();
    if (found === undefined) return;
    const { id, txId, confirmations } = found;
    const operator = this.#random.pick([signer, otherSigner, treasurer, treasurer]);
    const report = { operator, id, txId, confirmations, final: false };
    await this.#try(this.#world.commands.submit('reportConfirmations', report));
  }

  async #check(): Promise<void> {
    await assertLedgerBalances(this.#world.store);
    await assertCustodyMatches(this.#world.store);
    const rows = await this.#world.rows('withdrawals');
    let gone = 0n;
    for (const { id, stage, amount } of rows) {
      const paying = this.#sent.filter((each) => each.id === id && each.state !== 'dropped');
      const generations = new Set(
        paying.filter(({ state }) => state !== 'replaced').map((each) => each.generation),
      );
      assert.ok(generations.size <= 1, `${id} is paid by the claims ${[...generations]}`);
      if (stage === 'failed')
        assert.equal(generations.size, 0, `${id} has failed, and its payment is on the way`);
      if (stage === 'completed')
        assert.ok(
          paying.some((each) => each.confirmations >= depth),
          `${id} is completed without its payment`,
        );
      if (stage !== 'failed') gone += amount;
    }
    assert.equal(await this.#world.free(this.#world.alice, 'HAND'), BigInt(credited) - gone);
    const isOver = (stage: string) => stage === 'completed' || stage === 'failed';
    const generationOf = (claim: string | null) => Number(claim?.split(':')[1] ?? 0);
    this.#open = new Map(
      rows.filter(({ stage }) => !isOver(stage)).map(({ id, claim }) => [id, generationOf(claim)]),
    );
    this.#queued = rows.filter(({ stage }) => stage === 'queued').map(({ id }) => id);
    this.counts.completed = rows.filter(({ stage }) => stage === 'completed').length;
    this.counts.failed = rows.filter(({ stage }) => stage === 'failed').length;
    await this.#checkConnector();
  }

  /** Expects states as of any chain: in the requested order, absent if unknown, and failed for good. */
  async #checkConnector(): Promise<void> {
    const connector = manualConnector(this.#world.store.reads, 'HAND');
    const attempts = new Map(
      (await this.#world.rows('withdrawal_attempts')).map((each) => [each.txId, each]),
    );
    const asked = ['never', ...this.#sent.map(({ txId }) => txId).toReversed(), 'never'];
    const states = await connector.find(asked);
    assert.deepEqual(
      states.map(({ state }) => state),
      asked.map((txId) => {
        const attempt = attempts.get(txId);
        if (attempt === undefined) return 'absent';
        if (attempt.state === 'failed') return 'failed';
        return (attempt.confirmations ?? 0) > 0 ? 'confirmed' : 'pending';
      }),
    );
    for (const { txId } of this.#sent) assert.ok(attempts.has(txId), `${txId} was sent and is not known`);
  }
}

const runs = { 'SQLite in memory': 20, PostgreSQL: 2 } as const;
const stepsPerRun = 200;

for (const [name, count] of Object.entries(runs)) {
  const skip = name === 'PostgreSQL' && skipWithoutPostgres;
  test(`${name}: nothing is paid twice, and nothing that was paid is given back`, { skip }, async (t) => {
    announceSeed(t, 'test/property/claims.test.ts');
    const total: Record<string, number> = {};
    for (let run = 0; run < count; run += 1) {
      let nowMs = 1_700_000_000_000;
      const store = await openStore(name, () => ++nowMs);
      try {
        const rehearsal = new Rehearsal(await openManual(store), createRandom(seed + run), (ms) => {
          nowMs += ms;
        });
        for (let step = 0; step < stepsPerRun; step += 1) await rehearsal.step();
        for (const [what, number] of Object.entries(rehearsal.counts))
          total[what] = (total[what] ?? 0) + number;
      } finally {
        await store.close();
      }
    }
    t.diagnostic(JSON.stringify(total));
    assert.ok(total.sent !== undefined && total.sent > 0, 'nothing was sent');
    if (count > 2)
      for (const [what, number] of Object.entries(total)) assert.ok(number > 0, `nothing was ${what}`);
  });
}

let records = 0;

async function openStore(name: string, now: () => number): Promise<Store> {
  const randomHex = () => (++records).toString(16).padStart(20, '0');
  const parts = { clock: clockReading(now), randomHex };
  if (name !== 'PostgreSQL') return new SqliteStore({ ...parts, path: ':memory:' });
  return PostgresStore.open({ ...parts, url: await (await joinTestCluster()).createMigratedDatabase() });
}
