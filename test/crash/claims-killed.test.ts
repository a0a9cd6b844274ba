/**
 * A signer works while its server is killed again and again, between claim, report and completion. It pays every
 * withdrawal once, and none is lost.
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
import { type ServerProcess, startServerProcess } from './server-process.ts';

const withdrawals = 30;
const kills = 6;

let cluster: PostgresCluster | undefined;
after(() => cluster?.stop());

/** A signer that takes one step after the other, each repeated until it is answered. */
class Signer {
  readonly #server: () => Promise<ServerProcess>;
  readonly wallet = new Wallet();
  readonly claimed = new Map<string, number>();

  constructor(server: () => Promise<ServerProcess>) {
    this.#server = server;
  }

  async settle(id: string): Promise<void> {
    const generation = await this.#claim(id);
    const txId = this.wallet.pay(id);
    await this.#repeat(id, 'transactions', { generation, txId });
    await this.#repeat(id, 'confirmations', { txId, confirmations: 1 });
    await this.#repeat(id, 'confirmations', { txId, confirmations: 2 });
  }

  /** Without an answer the withdrawal may have been claimed: the list of held claims shows it. */
  async #claim(id: string): Promise<number> {
    for (;;) {
      const server = await this.#server();
      const answer = await server.operator(`/withdrawals/${id}/claim`, { leaseSeconds: 3600 });
      if (answer?.status === 201) {
        assert.ok(!this.claimed.has(id), 'the lease was granted twice');
        this.claimed.set(id, answer.body.generation);
        return answer.body.generation;
      }
      const list = await (await this.#server()).read('/claims?state=held');
      const held = list?.body.claims?.find(
        (each: { withdrawal: { id: string } }) => each.withdrawal.id === id,
      );
      if (held !== undefined) return held.claim.generation;
    }
  }

  async #repeat(id: string, what: string, body: object): Promise<void> {
    for (;;) {
      const answer = await (await this.#server()).operator(`/withdrawals/${id}/${what}`, body);
      if (answer !== null && answer.status < 300) return;
      assert.ok(answer === null || answer.status >= 500, JSON.stringify(answer));
    }
  }
}

async function playOn(t: TestContext, flags: readonly string[]): Promise<void> {
  announceSeed(t, 'crash');
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'bursar-claims-'));
  let starting = startServerProcess(folder, 0, flags);
  t.after(async () => {
    await (await starting).kill();
    rmSync(folder, { recursive: true });
  });
  const ids = await queueWithdrawals(await starting, withdrawals);
  const signer = new Signer(() => starting);
  const left = [...ids];
  let killed = 0;
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await signer.settle(id);
  };
  const killing = async () => {
    while (killed < kills && left.length > 0) {
      await pause(20 + random.below(150));
      await (await starting).kill();
      killed += 1;
      starting = startServerProcess(folder, 0, flags);
      await starting;
    }
  };
  await Promise.all([work(), work(), work(), killing()]);
  const server = await starting;
  t.diagnostic(`${killed} kills`);
  assert.equal(signer.wallet.paid.size, withdrawals);
  for (const id of ids) {
    const row = await done(server.read(`/withdrawals/${id}`));
    assert.deepEqual([row.stage, row.txId], ['completed', signer.wallet.paid.get(id)]);
  }
  const integrity = await done(server.read('/integrity'));
  assert.deepEqual([integrity.ok, integrity.mismatches], [true, []]);
}

test('SQLite: a killed server gives no lease twice, and each withdrawal is paid once', (t) => playOn(t, []));

test('PostgreSQL: a killed server gives no lease twice, and each withdrawal is paid once', {
  skip: skipWithoutPostgres,
}, async (t) => {
  cluster ??= await startPostgres();
  await playOn(t, ['--database-url', await cluster.createDatabase()]);
});
