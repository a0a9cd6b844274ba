/**
 * Signers are lost while they hold leases, and the server is killed again and again as the leases expire and as a person
 * decides. A withdrawal that may have been sent waits for that person, and nothing is paid twice.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import { done, queueWithdrawals, Wallet } from './queued-withdrawals.ts';
import { type Answer, type ServerProcess, startServerProcess } from './server-process.ts';

const withdrawals = 16;
const kills = 6;
/** The shortest lease. */
const leaseSeconds = 10;
/** Between two claims, so that some leases expire while the server runs, and some while it does not. */
const claimEveryMs = 200;

let cluster: PostgresCluster | undefined;
after(() => cluster?.stop());

type Random = ReturnType<typeof createRandom>;
type Claimed = { readonly withdrawal: { readonly id: string }; readonly claim?: { generation: number } };

class Settlement {
  readonly wallet = new Wallet();
  /** Withdrawals that the person has decided to queue again, added before the decision is sent. */
  readonly #queued = new Set<string>();
  readonly #open: Set<string>;
  readonly #server: () => Promise<ServerProcess>;
  readonly #random: Random;
  #isStopped = false;
  /** Ends with the next decision that is sent. */
  #onDecision: () => void = () => {};
  decided = 0;

  constructor(ids: readonly string[], server: () => Promise<ServerProcess>, random: Random) {
    this.#open = new Set(ids);
    this.#server = server;
    this.#random = random;
  }

  get isOver(): boolean {
    return this.#isStopped || this.#open.size === 0;
  }

  /** Called after a failure, so that no request is repeated that no server answers any more. */
  stop(): void {
    this.#isStopped = true;
  }

  async #current(): Promise<ServerProcess> {
    if (this.#isStopped) throw new Error('another part of the test has failed');
    return this.#server();
  }

  nextDecision(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDecision = resolve;
    });
  }

  /** A signer that is lost after it has sent, or before it has signed, or reports at the last moment. */
  async loseSigner(id: string): Promise<void> {
    const claim = await this.#post(id, 'claim', { leaseSeconds });
    const { generation, expireTime } = (claim as Answer).body;
    const kind = this.#random.below(3);
    if (kind === 0) this.wallet.pay(id);
    if (kind < 2) return;
    await pause(expireTime - Date.now() - 1500 + this.#random.below(2000));
    const answer = await this.#post(id, 'transactions', { generation, txId: `tx-${id}` });
    if (answer === undefined) return;
    this.wallet.pay(id);
    await this.#complete(id);
  }

  /** Decides about everything whose outcome is unknown, by what the wallet has paid. */
  async resolveAll(): Promise<void> {
    while (!this.isOver) {
      for (const { withdrawal } of await this.#list('unknown')) await this.#resolve(withdrawal.id);
      await pause(20);
    }
  }

  async #resolve(id: string): Promise<void> {
    const txId = this.wallet.paid.get(id);
    const outcome =
      txId !== undefined ? 'sent' : this.#random.below(2) === 0 ? 'not-sent-queue' : 'not-sent-fail';
    if (outcome === 'not-sent-queue') this.#queued.add(id);
    const sent = this.#post(id, 'resolve', { outcome, ...(txId && { txId }), reason: 'a test' });
    this.#onDecision();
    await sent;
    this.decided += 1;
    if (outcome === 'sent') await this.#complete(id);
    if (outcome === 'not-sent-fail') this.#open.delete(id);
  }

  /** Another signer, which works through the queued withdrawals. */
  async signAll(): Promise<void> {
    while (!this.isOver) {
      for (const { withdrawal } of await this.#list('claimable')) {
        const { id } = withdrawal;
        assert.ok(this.#queued.has(id), `${id} was queued again, and nobody has decided so`);
        await this.#post(id, 'claim', { leaseSeconds: 3600 });
        const row = await this.#read(`/withdrawals/${id}`);
        const txId = this.wallet.pay(id);
        await this.#post(id, 'transactions', { generation: row.claim.generation, txId });
        await this.#complete(id);
      }
      await pause(20);
    }
  }

  async #complete(id: string): Promise<void> {
    await this.#post(id, 'confirmations', { txId: this.wallet.paid.get(id), confirmations: 2 });
    this.#open.delete(id);
  }

  async #list(state: string): Promise<readonly Claimed[]> {
    return (await this.#read(`/claims?network=HAND&state=${state}`)).claims;
  }

  async #read(path: string) {
    for (;;) {
      const answer = await (await this.#current()).read(path);
      if (answer?.status === 200) return answer.body;
    }
  }

  /** Repeats until it is answered. @returns undefined: refused, or done by a request whose answer was lost. */
  async #post(id: string, what: string, body: object): Promise<Answer | undefined> {
    for (;;) {
      const answer = await (await this.#current()).operator(`/withdrawals/${id}/${what}`, body);
      if (answer === null || answer.status >= 500) continue;
      if (answer.status < 300) return answer;
      assert.equal(answer.status, 409, JSON.stringify(answer.body));
      return undefined;
    }
  }
}

async function playOn(t: TestContext, flags: readonly string[]): Promise<void> {
  announceSeed(t, 'crash');
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'bursar-leases-'));
  let starting = startServerProcess(folder, 0, flags);
  t.after(async () => {
    await (await starting).kill();
    rmSync(folder, { recursive: true });
  });
  const ids = await queueWithdrawals(await starting, withdrawals);
  const settlement = new Settlement(ids, () => starting, random);
  const firstExpiry = Date.now() + leaseSeconds * 1000;
  const lost: Promise<void>[] = [];
  for (const id of ids) {
    lost.push(settlement.loseSigner(id));
    await pause(claimEveryMs);
  }
  const kill = async () => {
    await (await starting).kill();
    starting = startServerProcess(folder, 0, flags);
    await starting;
  };
  const killing = async () => {
    await pause(firstExpiry - Date.now() - 200);
    for (let killed = 0; killed < kills && !settlement.isOver; killed += 1) {
      // Kills as a lease expires, and while a decision is carried out.
      await (killed % 2 === 0
        ? pause(random.below(2 * claimEveryMs))
        : Promise.race([settlement.nextDecision(), pause(1000)]));
      await pause(random.below(10));
      await kill();
    }
  };
  try {
    await Promise.all([...lost, settlement.resolveAll(), settlement.signAll(), killing()]);
  } finally {
    settlement.stop();
  }
  t.diagnostic(`${settlement.decided} decisions, ${settlement.wallet.paid.size} paid`);
  assert.ok(settlement.decided > 0);
  const server = await starting;
  for (const id of ids) {
    const txId = settlement.wallet.paid.get(id);
    const row = await done(server.read(`/withdrawals/${id}`));
    assert.deepEqual([row.stage, row.txId], txId === undefined ? ['failed', ''] : ['completed', txId]);
  }
  const integrity = await done(server.read('/integrity'));
  assert.deepEqual([integrity.ok, integrity.mismatches], [true, []]);
}

test('SQLite: a withdrawal that a lost signer may have sent waits for a person across kills', (t) =>
  playOn(t, []));

test('PostgreSQL: a withdrawal that a lost signer may have sent waits for a person across kills', {
  skip: skipWithoutPostgres,
}, async (t) => {
  cluster ??= await startPostgres();
  await playOn(t, ['--database-url', await cluster.createDatabase()]);
});
