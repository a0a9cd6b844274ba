/** Failing a withdrawal as operators and customers see it, also when the server ends in the middle. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { PostgresSimulatedChain } from '../../src/chain/simulated/postgres-simulated-chain.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { chainFile } from '../../src/engine/open-store.ts';
import { databaseAt } from '../support/database-at.ts';
import { eventually } from '../support/eventually.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { done as unwrap } from '../support/world.ts';
import { operator } from '../support/world-plan.ts';
import {
  assertRejected,
  balance,
  credit,
  done,
  openNextCustomer,
  reaches,
  signed,
  withdraw,
} from './operator-client.ts';

describe('a withdrawal that an operator is failing', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let email: string;

  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ email, customer } = await openNextCustomer(exchange));
    await credit(exchange, email, 'ETH', '10');
    await done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', minConfirm: 1 }] });
  });

  /** @returns the id of a withdrawal whose transaction is on the chain. */
  async function send(): Promise<string> {
    const { id } = (await withdraw(exchange, customer)).body;
    const { txId } = await reaches(exchange, id, 'broadcast');
    const { location } = exchange;
    const chain =
      'postgres' in location
        ? await PostgresSimulatedChain.open(databaseAt(location.postgres))
        : new SqliteSimulatedChain(chainFile(location.folder));
    await eventually(
      () => chain.find('ETH', [txId]),
      ([found]) => found?.state === 'pending',
    ).finally(() => chain.close());
    return id;
  }

  /** Stores the decision only; the workers carry it out later. */
  const decideOnly = (id: string) =>
    unwrap(exchange.server.commands.submit('failWithdrawal', { id, operator }));
  const view = (id: string) => done(exchange, 'GET', `/withdrawals/${id}`);
  const ask = (id: string, what: string) => exchange.operator('POST', `/withdrawals/${id}/${what}`, {});
  const mine = (count: number) => done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count });
  const ether = () => balance(exchange, email, 'ETH');

  async function customerView(id: string): Promise<{ status: number }> {
    const { withdrawList } = await signed(exchange, customer, 'GET', '/wapi/v3/withdrawHistory.html');
    return withdrawList.find((each: { id: string }) => each.id === id);
  }

  /** The views before the workers carry out a decision; repeated if the workers were faster. */
  async function viewsWhileFailing() {
    for (;;) {
      const id = await send();
      const before = await customerView(id);
      await decideOnly(id);
      const seen = {
        operators: await view(id),
        customers: await customerView(id),
        resent: await ask(id, 'resend'),
      };
      if ((await view(id)).stage === 'broadcast') return { id, before, ...seen };
    }
  }

  test('operators see the decision, customers see no difference, and it is not sent again', async () => {
    const { id, before, operators, customers: shown, resent } = await viewsWhileFailing();
    assert.deepEqual([operators.stage, operators.status, operators.failure], ['broadcast', 4, 'a test']);
    assert.deepEqual(shown, before);
    assert.equal(shown.status, 4);
    assertRejected(resent, 409, -9409, /failing/);
    const failed = await ask(id, 'fail');
    assert.deepEqual([failed.status, failed.body.stage, failed.body.failure], [200, 'failed', 'a test']);
    assert.equal((await customerView(id)).status, 5);
  });

  test('the decision is carried out after a restart, and its transaction is never mined', async () => {
    const id = await send();
    await decideOnly(id);
    await exchange.restart();
    const { failure } = await reaches(exchange, id, 'failed');
    assert.equal(failure, 'a test');
    assert.deepEqual(await ether(), { free: '10', held: '0' });
    await mine(3);
    assert.equal((await view(id)).stage, 'failed');
    const { ok, mismatches } = await done(exchange, 'GET', '/integrity');
    assert.ok(ok, JSON.stringify(mismatches));
  });

  test('a withdrawal whose transaction is in a block cannot be failed: 409, and it is paid once', async () => {
    await done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', minConfirm: 2 }] });
    const id = await send();
    await mine(1);
    assertRejected(await ask(id, 'fail'), 409, -9409, /already confirmed/);
    const { stage, failure } = await view(id);
    assert.deepEqual([stage, failure], ['broadcast', null]);
    const body = { network: 'ETH', count: 1, reason: 'a test' };
    await done(exchange, 'POST', '/chain/reorganisations', body);
    assertRejected(await ask(id, 'fail'), 409, -9409, /already confirmed/);
    await mine(2);
    assert.equal((await view(id)).stage, 'completed');
    assert.deepEqual(await ether(), { free: '9', held: '0' });
    const { entries } = await done(exchange, 'GET', '/audit?limit=100');
    const actions = entries
      .filter((each: { subject: string }) => each.subject === id)
      .map((each: { action: string }) => each.action)
      .toReversed();
    assert.deepEqual(actions, [
      'withdrawal-fail',
      'withdrawal-fail-revoke',
      'withdrawal-fail',
      'withdrawal-fail-revoke',
    ]);
  });
});
