/**
 * Puts a fleet under load, injects a fault, and checks the consequences: surviving servers recover by themselves, and
 * the data matches the replies that the clients got.
 */

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, query } from '../../src/store/postgres/client.ts';
import { databaseAt } from '../support/database-at.ts';
import { eventually } from '../support/eventually.ts';
import { checkAftermath, checkTotals, isAtRest } from './aftermath.ts';
import { readAftermath } from './aftermath-reading.ts';
import type { Fleet } from './fleet.ts';
import type { Journal } from './journal.ts';
import { fetchAddresses, type LoadContext, replayWithdrawal, runLoad, sendTransfer } from './load.ts';

const maxRecoveryMs = 10_000;
const maxFinishMs = 40_000;

export class ChaosRun {
  /** The longest time until all servers served again. */
  slowestRecoveryMs = 0;
  readonly #fleet: Fleet;
  readonly #journal: Journal;
  /** URL of the database without a proxy. */
  readonly #url: () => string;
  #addresses: LoadContext['addresses'] = new Map();

  constructor(fleet: Fleet, journal: Journal, url: () => string) {
    this.#fleet = fleet;
    this.#journal = journal;
    this.#url = url;
  }

  /** The first server creates the exchange, the others find it. */
  async begin(): Promise<void> {
    for (let index = 0; index < this.#fleet.size; index += 1) await this.#fleet.start(index);
    this.#addresses = await fetchAddresses(this.#fleet);
  }

  async play(fault: () => Promise<void> | undefined, seed: number): Promise<void> {
    let isOver = false;
    const load = runLoad(this.#context, seed, () => isOver);
    try {
      await pause(100);
      await fault();
      await this.#waitUntilServing();
      await this.#waitForChanges();
    } finally {
      isOver = true;
      await load;
    }
    await this.check();
  }

  /** Checks the data against the replies that the clients got, and lets unanswered clients retry. */
  async check(): Promise<void> {
    await this.#waitForWriters();
    const { withdrawals } = this.#journal;
    const open = withdrawals.filter(({ state, orderId }) => state === 'unknown' && orderId !== null);
    await checkAftermath({ postgres: this.#url() }, this.#journal);
    for (const tried of open) {
      if (tried.state === 'absent') tried.state = 'unknown';
      await replayWithdrawal(this.#context, tried);
      assert.equal(tried.state, 'done', `the retry of order ${tried.orderId} left its outcome unknown`);
    }
    assert.deepEqual(this.#journal.violations, []);
  }

  /** Operators decide pending withdrawals, and blocks complete the rest. */
  async finish(): Promise<void> {
    const location = { postgres: this.#url() };
    for (const { id, stage } of (await readAftermath(location)).withdrawals) {
      if (stage === 'awaiting-approval') await this.#fleet.operator(`/withdrawals/${id}/approve`, {});
    }
    const deadline = performance.now() + maxFinishMs;
    while (!isAtRest(await readAftermath(location)) && performance.now() < deadline) await pause(200);
    const found = await checkAftermath(location, this.#journal);
    assert.ok(isAtRest(found), 'work is still pending');
    checkTotals(found);
    for (let index = 0; index < this.#fleet.size; index += 1) {
      const report = await this.#fleet.member(index).read('/integrity');
      assert.deepEqual([report?.status, report?.body.ok], [200, true]);
    }
  }

  get #context(): LoadContext {
    return { target: this.#fleet, journal: this.#journal, addresses: this.#addresses };
  }

  async #waitUntilServing(): Promise<void> {
    const startedMs = performance.now();
    for (let index = 0; index < this.#fleet.size; index += 1) {
      const context = { target: this.#fleet.member(index), journal: this.#journal };
      while ((await sendTransfer(context, 'master', 'alice', 'BNB'))?.status !== 200) {
        const tookMs = performance.now() - startedMs;
        assert.ok(tookMs < maxRecoveryMs, `server ${index} does not serve again after ${maxRecoveryMs} ms`);
      }
    }
    this.slowestRecoveryMs = Math.max(this.slowestRecoveryMs, performance.now() - startedMs);
  }

  /** A change that an operator makes through one server soon reaches the others, even if they were disconnected. */
  async #waitForChanges(): Promise<void> {
    for (let sender = 0; sender < this.#fleet.size; sender += 1) {
      const msg = `change ${this.#journal.serial()}`;
      const sent = await this.#fleet.member(sender).operator('/system-status', { status: 0, msg }, 'PUT');
      assert.equal(sent?.status, 200);
      const sentMs = performance.now();
      for (let receiver = 0; receiver < this.#fleet.size; receiver += 1) {
        while ((await this.#fleet.member(receiver).read('/settings'))?.body.systemStatus?.msg !== msg) {
          const tookMs = performance.now() - sentMs;
          assert.ok(
            tookMs < maxRecoveryMs,
            `server ${receiver} has not received a change made through ${sender}`,
          );
          await pause(20);
        }
      }
    }
  }

  /** Statements sent by a killed server may still take effect: until they have ended, the data is not final. */
  async #waitForWriters(): Promise<void> {
    const client = createClient(databaseAt(this.#url()), { max: 1 });
    try {
      const [now] = await query(client, 'SELECT now()::text AS now');
      const writing = `SELECT count(*)::int AS writing FROM pg_stat_activity
        WHERE application_name = 'bursar' AND pid <> pg_backend_pid() AND xact_start <= $1::timestamptz`;
      const countWriters = () => query(client, writing, [now?.now as string]);
      await eventually(countWriters, ([row]) => row?.writing === 0);
    } finally {
      await client.end({ timeout: 5 });
    }
  }
}
