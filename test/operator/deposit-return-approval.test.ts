/** A deposit that is returned leaves the exchange like any withdrawal: with the approvals that the policy demands. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operator } from '../../src/command/unit-of-work.ts';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { openSql } from '../support/database.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { admitBySql, person } from '../support/people.ts';
import { assertRejected, done, openNextCustomer, reaches, signed } from './operator-client.ts';

const ripple = {
  scale: 6,
  networks: [{ network: 'XRP', withdrawFee: '0.25', minConfirm: 2, unlockConfirm: 3 }],
};
const address = deriveAddress({ addressFormat: 'ripple' }, new Uint8Array(32).fill(9));
const [ann, bob, cid] = ['ann', 'bob', 'cid'].map((name) => person(name, 'approver', 'treasurer')) as [
  Operator,
  Operator,
  Operator,
];
const two = { name: 'large', aboveUsd: '100', decision: 'approve', approvers: 2, role: 'approver' };

let exchange: Exchange;
let shared = '';
before(async () => {
  exchange = await startExchange();
  await using sql = openSql(exchange.location);
  await admitBySql(sql, ann, bob, cid);
  await done(exchange, 'PUT', '/assets/XRP', ripple);
  await done(exchange, 'PUT', '/prices/XRP', { price: '2' });
  const { customer } = await openNextCustomer(exchange);
  const own = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', { asset: 'XRP' });
  shared = own.address;
});
after(() => exchange.close());

const putRules = (...rules: readonly object[]) => done(exchange, 'PUT', '/policies', { rules });

/** A confirmed deposit that belongs to nobody. */
async function nobodys(amount: string): Promise<string> {
  const { id } = await done(exchange, 'POST', '/deposits', { asset: 'XRP', address: shared, amount });
  await done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count: 3 });
  return id;
}

async function returned(id: string, by: Operator): Promise<string> {
  const operator = { ...by, reason: 'a wrong tag' };
  const outcome = await exchange.server.commands.submit('returnDeposit', { operator, id, address });
  assert.ok('done' in outcome, JSON.stringify(outcome));
  return outcome.done.withdrawalId;
}

const approve = (id: string, operator: Operator) =>
  exchange.server.commands.submit('approveWithdrawal', { id, operator });
const stageOfDeposit = async (id: string) => (await done(exchange, 'GET', `/deposits/${id}`)).stage;

test('the return of a large deposit needs two people other than the one who returns it', async () => {
  await putRules(two);
  const deposit = await nobodys('100');
  const id = await returned(deposit, ann);
  const { stage, approvalsNeeded, approvalRule } = await done(exchange, 'GET', `/withdrawals/${id}`);
  assert.deepEqual([stage, approvalsNeeded, approvalRule.name], ['awaiting-approval', 2, 'large']);
  const own = await approve(id, ann);
  assert.ok('rejected' in own, 'the operator who returns it approves it');
  assert.deepEqual(own.details, { id, why: 'returned-deposit', role: 'approver' });
  assert.ok('done' in (await approve(id, bob)));
  assert.equal(await stageOfDeposit(deposit), 'returning');
  assert.ok('done' in (await approve(id, cid)));
  await reaches(exchange, id, 'broadcast');
  const { mismatches } = await done(exchange, 'GET', '/integrity');
  assert.deepEqual(mismatches, []);
});

test('a small return is sent at once, and a rejected return leaves the deposit without an owner', async () => {
  await putRules(two);
  await reaches(exchange, await returned(await nobodys('1'), ann), 'broadcast');
  const deposit = await nobodys('60');
  const id = await returned(deposit, ann);
  await done(exchange, 'POST', `/withdrawals/${id}/reject`, { reason: 'a wrong address' });
  assert.equal(await stageOfDeposit(deposit), 'unattributed');
  const { mismatches } = await done(exchange, 'GET', '/integrity');
  assert.deepEqual(mismatches, []);
});

test('a rule that denies new destinations denies returns, and changes nothing', async () => {
  await putRules({ name: 'closed', destinations: ['new'], decision: 'deny' });
  const deposit = await nobodys('1');
  const body = { address, reason: 'a wrong tag' };
  assertRejected(await exchange.operator('POST', `/deposits/${deposit}/return`, body), 409, -9409, /closed/);
  assert.equal(await stageOfDeposit(deposit), 'unattributed');
});
