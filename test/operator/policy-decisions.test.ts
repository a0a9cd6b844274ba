/** Records of the approval policy: the rule of each withdrawal, and the requests that it has denied. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { parseExposition } from './exposition.ts';
import {
  assertRejected,
  credit,
  done,
  openNextCustomer,
  signed,
  strangerAddress,
  submitted,
} from './operator-client.ts';

describe('decisions of the approval policy', () => {
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
    await done(exchange, 'PUT', '/prices/ETH', { price: '2500' });
    await putRules();
  });

  const putRules = (...rules: readonly object[]) => done(exchange, 'PUT', '/policies', { rules });
  const get = (id: string) => done(exchange, 'GET', `/withdrawals/${id}`);
  const page = () => done(exchange, 'GET', `/accounts/${email}`);
  const tag = (who: string, ...tags: string[]) => done(exchange, 'PUT', `/accounts/${who}/tags`, { tags });
  const ask = (by: Credentials, changes: Record<string, string> = {}) =>
    exchange.signed(by, 'POST', '/wapi/v3/withdraw.html', {
      asset: 'ETH',
      address: strangerAddress(),
      amount: '1',
      ...changes,
    });
  const denied = /Withdraw is limited: the exchange does not allow this withdrawal/;

  test('a withdrawal names the rule that matched, also if that lets it pass', async () => {
    const { version } = await putRules(
      { name: 'small', decision: 'auto', destinations: ['new'], tags: ['known'] },
      { name: 'large', aboveUsd: '5000', decision: 'approve', approvers: 1 },
    );
    const matched = async (amount: string) => {
      const { matchedRule, policyVersion } = await get(await submitted(exchange, customer, { amount }));
      return [matchedRule, policyVersion];
    };
    assert.deepEqual(await matched('1'), [null, version]);
    assert.deepEqual(await matched('2.1'), ['large', version]);
    await tag(email, 'known');
    assert.deepEqual(await matched('1'), ['small', version]);
    assert.deepEqual(await matched('2.1'), ['small', version]);
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
    assert.deepEqual(await matched('1'), ['autoApprovalLimit', version]);
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
  });

  test('denied requests leave one row and one audit entry for an account, a day and a rule', async () => {
    const { version } = await putRules({ name: 'no more', aboveUsd: '2000', decision: 'deny' });
    const destination = { coin: 'ETH', address: strangerAddress() };
    assertRejected(await ask(customer), 400, -4015, denied);
    const apply = { ...destination, amount: '2' };
    const ofSapi = async (path: string, body: Record<string, string>) => {
      const { status, body: reply } = await exchange.signed(customer, 'POST', `/sapi/v1/${path}`, body);
      assert.deepEqual([status, reply.code], [400, -4015]);
    };
    await ofSapi('capital/withdraw/apply', apply);
    const local = { ...destination, amount: '3', questionnaire: '{}' };
    await ofSapi('localentity/withdraw/apply', local);
    const { denials } = await page();
    const [{ firstTime, lastTime, day, ...row }] = denials;
    assert.equal(denials.length, 1);
    assert.ok(firstTime <= lastTime);
    assert.equal(day, lastTime - (lastTime % 86_400_000));
    const last = { asset: 'ETH', network: 'ETH', address: destination.address, amount: '3' };
    assert.deepEqual(row, { rule: 'no more', policyVersion: version, count: 3, ...last });
    const { entries } = await done(exchange, 'GET', `/audit?account=${email}&action=withdrawal-deny`);
    assert.deepEqual(
      entries.map(({ actor, details }: Record<string, unknown>) => [actor, (details as typeof row).rule]),
      [['policy', 'no more']],
    );
    assert.deepEqual((await page()).withdrawals, []);
    const metrics = await (await fetch(`${exchange.operatorUrl}/metrics`)).text();
    const family = parseExposition(metrics).get('bursar_withdrawals_denied_total');
    const sample = family?.series.find(({ labels }) => labels.rule === 'no more');
    assert.equal(sample?.value, 3);
  });

  test('a rule by tag looks at the whole family, and an automatic one at the account', async () => {
    const sub = `sub-of-${email}`;
    await done(exchange, 'POST', '/accounts', { email: sub, master: email });
    const made = await done(exchange, 'POST', `/accounts/${sub}/api-keys`, {});
    const ofSub = { apiKey: made.apiKey, secretKey: made.secretKey };
    await credit(exchange, sub, 'ETH', '5');
    await putRules(
      { name: 'known', tags: ['known'], decision: 'auto' },
      { name: 'blocked', tags: ['blocked'], decision: 'deny' },
    );
    await tag(sub, 'blocked');
    assertRejected(await ask(ofSub), 400, -4015, denied);
    await signed(exchange, ofSub, 'POST', '/sapi/v1/sub-account/transfer/subToMaster', {
      asset: 'ETH',
      amount: '5',
    });
    assertRejected(await ask(customer), 400, -4015, denied);
    await credit(exchange, sub, 'ETH', '5');
    await tag(sub);
    await tag(email, 'blocked');
    assertRejected(await ask(ofSub), 400, -4015, denied);
    await tag(sub, 'known');
    assertRejected(await ask(customer), 400, -4015, denied);
    await tag(email);
    await submitted(exchange, customer);
  });
});
