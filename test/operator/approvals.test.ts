/** The approval policy through the APIs: who must approve a withdrawal, and which changes need a second person. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Operator } from '../../src/command/unit-of-work.ts';
import { openSql } from '../support/database.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { admitBySql, onBehalf, person } from '../support/people.ts';
import {
  ask,
  assertRejected,
  balance,
  credit,
  done,
  openNextCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
} from './operator-client.ts';

describe('approvals', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let email: string;

  before(async () => {
    exchange = await startExchange();
    await using sql = openSql(exchange.location);
    await admitBySql(sql, ann, bob, cid);
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ email, customer } = await openNextCustomer(exchange));
    await credit(exchange, email, 'ETH', '10');
    await done(exchange, 'PUT', '/prices/ETH', { price: '2500' });
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
    await putRules();
  });

  const putRules = (...rules: readonly object[]) => done(exchange, 'PUT', '/policies', { rules });
  const two = { name: 'two', decision: 'approve', approvers: 2, role: 'approver' };
  const submit = (query: Record<string, string> = {}) => submitted(exchange, customer, query);
  const get = (id: string) => done(exchange, 'GET', `/withdrawals/${id}`);
  const approve = (id: string) => exchange.operator('POST', `/withdrawals/${id}/approve`, {});
  const approveAs = (id: string, operator: Operator) =>
    exchange.server.commands.submit('approveWithdrawal', { id, operator });
  const ann = person('ann', 'approver', 'treasurer');
  const bob = person('bob', 'approver');
  const cid = person('cid', 'treasurer');
  const proof = { by: 'password', at: 0 };

  test('two people must approve: the withdrawal shows its rule and the approvals so far', async () => {
    const { version } = await putRules(two);
    const id = await submit();
    const before = await get(id);
    assert.deepEqual(
      [before.stage, before.approvalsNeeded, before.approvalRule, before.approvalRole, before.policyVersion],
      ['awaiting-approval', 2, two, 'approver', version],
    );
    assert.deepEqual(before.approvals, []);
    assertRejected(await approve(id), 409, -9409, /several people who have signed in/);
    assert.ok('done' in (await approveAs(id, ann)));
    const between = await get(id);
    assert.equal(between.stage, 'awaiting-approval');
    assert.deepEqual(
      between.approvals.map(({ ordinal, operator }: Record<string, unknown>) => [ordinal, operator]),
      [[1, 'ann']],
    );
    const again = await approveAs(id, ann);
    assert.deepEqual('rejected' in again && again.details, { id, why: 'approved-already', role: 'approver' });
    const other = await approveAs(id, cid);
    assert.deepEqual('rejected' in other && other.details, { id, why: 'role-missing', role: 'approver' });
    assert.ok('done' in (await approveAs(id, bob)));
    assert.equal((await reaches(exchange, id, 'broadcast')).approvals.length, 2);
    const [entry] = (await done(exchange, 'GET', '/audit?limit=1')).entries;
    assert.deepEqual(
      [entry.actor, entry.action, entry.subject, entry.details],
      [
        'operator:bob',
        'withdrawal-approve',
        id,
        { from: 'awaiting-approval', to: 'queued', ordinal: 2, needed: 2, proof },
      ],
    );
  });

  test('the policy holds in every dialect, and a later policy does not change a quorum', async () => {
    await putRules(two);
    const wapi = await submit();
    const destination = { coin: 'ETH', address: strangerAddress(), amount: '1' };
    const { id: sapi } = await signed(
      exchange,
      customer,
      'POST',
      '/sapi/v1/capital/withdraw/apply',
      destination,
    );
    const local = { ...destination, withdrawOrderId: 'local', questionnaire: '{}' };
    await signed(exchange, customer, 'POST', '/sapi/v1/localentity/withdraw/apply', local);
    const { withdrawals } = await done(exchange, 'GET', '/withdrawals?status=2');
    const mine = withdrawals.filter((each: { email: string }) => each.email === email);
    assert.deepEqual(
      mine.map((each: Record<string, unknown>) => each.approvalsNeeded),
      [2, 2, 2],
    );
    assert.deepEqual(
      mine.slice(1).map((each: { id: string }) => each.id),
      [sapi, wapi],
    );
    await putRules();
    assert.equal((await get(wapi)).approvalsNeeded, 2);
    assert.equal((await done(exchange, 'POST', `/withdrawals/${wapi}/reject`)).stage, 'rejected');
    assert.equal((await done(exchange, 'POST', `/withdrawals/${sapi}/cancel`)).stage, 'cancelled');
  });

  test('a rule selects by value, destination and tag; the first one that matches decides', async () => {
    await done(exchange, 'PUT', `/accounts/${email}/tags`, { tags: ['vip', 'vip'] });
    assert.deepEqual(await done(exchange, 'GET', `/accounts/${email}/tags`), { email, tags: ['vip'] });
    await putRules(
      { name: 'vip', tags: ['vip'], aboveUsd: '7500', decision: 'deny' },
      { name: 'new', destinations: ['new'], aboveUsd: '2500', decision: 'approve', approvers: 1 },
      two,
    );
    const needs = async (amount: string) => (await get(await submit({ amount }))).approvalRule?.name;
    assert.equal(await needs('1'), 'two');
    assert.equal(await needs('1.01'), 'new');
    assert.equal(await needs('3'), 'new');
    const denied = await exchange.signed(customer, 'POST', '/wapi/v3/withdraw.html', {
      asset: 'ETH',
      address: strangerAddress(),
      amount: '3.01',
    });
    assertRejected(denied, 400, -4015, /Withdraw is limited: the exchange does not allow this withdrawal/);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '4.99', held: '5.01' });
    await done(exchange, 'PUT', `/accounts/${email}/tags`, { tags: [] });
    assert.equal(await needs('3.01'), 'new');
  });

  test('the limit of the asset is the first rule, and an auto rule does not lift it', async () => {
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
    await putRules({ name: 'all', decision: 'auto' });
    const id = await submit();
    const { approvalRule, approvalsNeeded } = await get(id);
    assert.deepEqual(
      [approvalRule, approvalsNeeded],
      [{ name: 'autoApprovalLimit', autoApprovalLimit: '0.5' }, 1],
    );
    assert.equal((await approve(id)).body.stage, 'queued');
    assert.deepEqual(
      (await get(id)).approvals.map(({ operator }: { operator: string }) => operator),
      ['bootstrap'],
    );
  });

  test('the bootstrap token counts as a person: it cannot approve a withdrawal that it made possible', async () => {
    const { token } = await done(exchange, 'POST', '/tokens', { name: 'machine', roles: ['approver'] });
    const byMachine = { authorization: `Bearer ${token}` };
    const key = await done(exchange, 'POST', `/accounts/${email}/api-keys`, {});
    const byCustomer = await submitted(exchange, customer);
    await putRules({ name: 'one', decision: 'approve', approvers: 1 });
    assert.equal((await get(byCustomer)).approvalsNeeded, 0);
    const created = await submitted(exchange, key);
    const path = `/operator/v1/withdrawals/${created}/approve`;
    for (const reply of [
      await approve(created),
      await ask(exchange, 'POST', path, {}),
      await ask(exchange, 'POST', path, {}, byMachine),
    ])
      assertRejected(reply, 409, -9409, /You created the API key/);
    assert.ok('done' in (await approveAs(created, bob)));
    const entry = { asset: 'ETH', network: 'ETH', address: strangerAddress(), name: 'x', whitelisted: true };
    await done(exchange, 'PUT', `/accounts/${email}/address-book`, entry);
    const edited = await submitted(exchange, customer);
    assertRejected(await approve(edited), 409, -9409, /You edited the address book entry/);
    assert.ok('done' in (await approveAs(edited, bob)));
  });

  test('a stricter policy applies to a withdrawal that is confirmed after it was set', async () => {
    await done(exchange, 'PATCH', `/accounts/${email}`, { withdrawConfirmation: 'email' });
    const [id, denied] = [await submit(), await submit()];
    assert.equal((await get(id)).approvalsNeeded, 0);
    await putRules(two);
    const confirmed = await done(exchange, 'POST', `/withdrawals/${id}/confirm`);
    assert.deepEqual([confirmed.stage, confirmed.approvalsNeeded], ['awaiting-approval', 2]);
    await putRules({ name: 'none', decision: 'deny' });
    const reply = await exchange.operator('POST', `/withdrawals/${denied}/confirm`, {});
    assertRejected(reply, 409, -9409, /Rule 'none' of the approval policy denies/);
    assert.equal((await get(denied)).stage, 'email-sent');
  });

  test('a policy with a rule that is not valid is rejected, naming the rule; every version is kept', async () => {
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ rules: [two, two] }, /rules\[1\]\.name: 'two' is the name of an earlier rule/],
      [{ rules: [{ ...two, assets: ['NOPE'] }] }, /rules\[0\]\.assets: asset NOPE does not exist/],
      [{ rules: [{ name: 'x', decision: 'approve' }] }, /rules\[0\]\.approvers: is required/],
      [{ rules: [{ ...two, decision: 'deny' }] }, /rules\[0\]: approvers and role are allowed only/],
      [{ rules: [{ ...two, approvers: 10 }] }, /body\.rules\[0\]\.approvers/],
      [{ rules: [{ ...two, role: 'king' }] }, /body\.rules\[0\]\.role/],
      [{ rules: [], changes: [{ kind: 'limits', aboveUsd: '1' }] }, /changes\[0\]\.aboveUsd/],
    ];
    const list = async () => (await done(exchange, 'GET', '/policies')).policies;
    const before = await list();
    for (const [body, text] of cases)
      assertRejected(await exchange.operator('PUT', '/policies', body), 400, -9400, text);
    assert.deepEqual(await list(), before);
    const { version } = await putRules(two);
    // The same policy again is no new version.
    assert.equal((await putRules(two)).version, version);
    const after = await list();
    assert.deepEqual([after.length, after.at(-1).version], [before.length + 1, before.at(-1).version + 1]);
    assert.deepEqual(after.at(-1).rules, [two]);
  });

  test('a rehearsal says what a draft would have done with real withdrawals, and writes nothing', async () => {
    const ids = [await submit({ amount: '1' }), await submit({ amount: '2' }), await submit({ amount: '3' })];
    const audit = await done(exchange, 'GET', '/audit?limit=1');
    const rules = [
      { name: 'huge', aboveUsd: '5000', decision: 'deny' },
      { name: 'large', aboveUsd: '2500', decision: 'approve', approvers: 2 },
    ];
    const result = await done(exchange, 'POST', '/policies/rehearse', { rules, days: 1 });
    const mine = result.examples.filter((each: { email: string }) => each.email === email);
    assert.deepEqual(mine, [
      {
        id: ids[2],
        email,
        asset: 'ETH',
        amount: '3',
        decision: 'deny',
        rule: 'huge',
        approvers: 0,
        approvalsNeeded: 0,
      },
      {
        id: ids[1],
        email,
        asset: 'ETH',
        amount: '2',
        decision: 'approve',
        rule: 'large',
        approvers: 2,
        approvalsNeeded: 0,
      },
    ]);
    assert.equal(result.isComplete, true);
    assert.ok(result.passed.count >= 1 && result.waiting.count >= 1 && result.denied.count >= 1);
    const considered = result.passed.count + result.waiting.count + result.denied.count;
    assert.equal(considered, (await done(exchange, 'GET', '/withdrawals?limit=1000')).withdrawals.length);
    assert.deepEqual(await done(exchange, 'GET', '/audit?limit=1'), audit);
    const reply = await exchange.operator('POST', '/policies/rehearse', { rules: [two, two] });
    assertRejected(reply, 400, -9400, /earlier rule/);
  });

  test('a rehearsal knows internal destinations also of withdrawals that were not sent', async () => {
    const { customer: other } = await openNextCustomer(exchange);
    const path = '/sapi/v1/capital/deposit/address';
    const { address } = await signed(exchange, other, 'GET', path, { coin: 'ETH' });
    await putRules(two);
    const id = await submit({ address });
    assert.equal((await get(id)).stage, 'awaiting-approval');
    const rules = [
      { name: 'inside', destinations: ['internal'], decision: 'auto' },
      { name: 'outside', decision: 'deny' },
    ];
    const result = await done(exchange, 'POST', '/policies/rehearse', { rules, days: 1 });
    assert.deepEqual(
      result.examples.filter((each: { email: string }) => each.email === email),
      [],
    );
  });

  test('editing the label of an address does not let the person who added the address approve', async () => {
    await putRules(two);
    const address = strangerAddress();
    const put = (operator: Operator, name: string, whitelisted = true) =>
      exchange.server.commands.submit('putAddressBookEntry', {
        ...{ operator, email, name, whitelisted, address, asset: 'ETH', network: 'ETH' },
        ...{ originType: 'others', origin: '' },
      });
    assert.ok('done' in (await put(ann, 'treasruy')));
    assert.ok('done' in (await put(bob, 'treasury')));
    const id = await submit({ address });
    const own = await approveAs(id, ann);
    assert.deepEqual('rejected' in own && own.details, { id, why: 'edited-entry', role: 'approver' });
    assert.ok('done' in (await approveAs(id, bob)));
    assert.ok('done' in (await put(bob, 'treasury', false)));
    const later = await submit({ address });
    const his = await approveAs(later, bob);
    assert.deepEqual('rejected' in his && his.details, { id: later, why: 'edited-entry', role: 'approver' });
  });

  test('a change that needs a second person is proposed by one and carried out when another approves', async () => {
    await done(exchange, 'PUT', '/policies', {
      rules: [],
      changes: [
        { kind: 'credit', aboveUsd: '5000' },
        { kind: 'limits', role: 'approver' },
      ],
    });
    try {
      const { server } = exchange;
      const creditOf = (amount: string) => ({ asset: 'ETH', amount, reason: 'a gift' });
      const path = `/accounts/${email}/credit`;
      await done(exchange, 'POST', path, creditOf('2'));
      assertRejected(await exchange.operator('POST', path, creditOf('2.01')), 409, -9409, /second person/);
      assertRejected(
        await exchange.operator('PATCH', '/assets/ETH', { autoApprovalLimit: '5' }),
        409,
        -9409,
        /kind limits needs a second person/,
      );
      const input = { operation: 'creditAccount', path: { email }, body: { asset: 'ETH', amount: '2.01' } };
      const proposal = { operator: ann, kind: 'credit', subject: email, input } as const;
      const proposed = await server.commands.submit('proposeChange', proposal);
      assert.ok('done' in proposed);
      const { id } = proposed.done;
      const waiting = await done(exchange, 'GET', '/changes?pending=true');
      assert.deepEqual(
        waiting.changes.map((each: Record<string, unknown>) => [each.id, each.proposer, each.state]),
        [[id, 'ann', 'pending']],
      );
      assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '12', held: '0' });
      const reply = await exchange.operator('POST', `/changes/${id}/approve`, {});
      assertRejected(reply, 409, -9409, /two people who have signed in/);
      const carryOut = (by: Operator) =>
        server.commands.submit('adjustBalance', {
          operator: onBehalf(proposed.done, 'book-money', by),
          email,
          asset: 'ETH',
          amount: { coefficient: 201n, scale: 2 },
          direction: 'credit',
        });
      const own = await carryOut(ann);
      assert.deepEqual('rejected' in own && own.details, { id, why: 'proposer', role: null });
      assert.ok('done' in (await carryOut(bob)));
      assert.equal('rejected' in (await carryOut(bob)) && 'once', 'once');
      assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '14.01', held: '0' });
      const [change] = (await done(exchange, 'GET', '/changes?limit=1')).changes;
      assert.deepEqual([change.state, change.decidedBy], ['approved', 'bob']);
    } finally {
      await exchange.server.commands.submit('putApprovalPolicy', {
        operator: { actor: 'operator:ann', reason: '' },
        rules: [],
        changes: [],
      });
    }
  });

  test('a proposal is checked against the contract of its operation, and can be rejected', async () => {
    const propose = (body: object) => exchange.operator('POST', '/changes', { ...body, reason: 'a gift' });
    const wrong = { operation: 'creditAccount', path: { email }, body: { asset: 'ETH', amount: 'lots' } };
    assertRejected(await propose(wrong), 400, -9400, /body\.body\.amount/);
    assertRejected(await propose({ ...wrong, path: {} }), 400, -9400, /body\.path\.email: is required/);
    assertRejected(await propose({ ...wrong, operation: 'createApiKey' }), 400, -9400, /body\.operation/);
    const { id } = (await propose({ ...wrong, body: { asset: 'ETH', amount: '1' } })).body;
    assert.equal((await done(exchange, 'POST', `/changes/${id}/reject`)).state, 'rejected');
    const late = await exchange.operator('POST', `/changes/${id}/reject`, {});
    assertRejected(late, 409, -9409, /already rejected/);
    assertRejected(await exchange.operator('POST', '/changes/nope/reject', {}), 404, -9404);
  });
});
