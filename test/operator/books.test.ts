/** The books of all assets, and the stored findings of the last integrity report. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { credit, done, openCustomer, strangerAddress, submitted } from './operator-client.ts';

describe('the books of all assets', () => {
  let exchange: Exchange;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/COIN', { networks: [{ network: 'ETH' }] });
  });
  after(() => exchange.close());

  const books = () => done(exchange, 'GET', '/books');
  const findings = async () => (await done(exchange, 'GET', '/inbox?kind=integrity')).items;

  test('the books are those of each asset, and those that the integrity report computes', async () => {
    const customer = await openCustomer(exchange, 'ann@x.com');
    await credit(exchange, 'ann@x.com', 'ETH', '100');
    await submitted(exchange, customer, { address: strangerAddress(1), amount: '2' });
    await submitted(exchange, customer, { address: strangerAddress(2), amount: '3' });
    // The withdrawals move on meanwhile, so the books are compared until nothing has moved in between.
    for (let isSame = false; !isSame; ) {
      const { assets } = await books();
      const report = await done(exchange, 'GET', '/integrity');
      const again = await books();
      isSame = JSON.stringify(again.assets) === JSON.stringify(assets);
      if (!isSame) continue;
      for (const each of assets) {
        const {
          free: _,
          holders: __,
          networks: ___,
          openWithdrawals: ____,
          ...one
        } = await done(exchange, 'GET', `/assets/${each.asset}/books`);
        assert.deepEqual(each, one);
        const {
          customerLiabilities: liabilities,
          custody,
          owed,
          reorganised,
        } = report.assets.find(({ asset }: { asset: string }) => asset === each.asset);
        const { asset, held: _held, difference: _difference, ...rest } = each;
        assert.deepEqual(rest, { liabilities, custody, owed, reorganised }, asset);
      }
    }
  });

  test('the findings of the last report are kept, also for the next process', async () => {
    await openCustomer(exchange, 'bob@x.com');
    await done(exchange, 'GET', '/integrity');
    const sound = (await books()).report;
    assert.deepEqual([sound.ok, sound.solvent, sound.mismatches], [true, true, 0]);
    assert.deepEqual(await findings(), []);
    const body = { asset: 'COIN', amount: '5', backed: false, reason: 'a test' };
    await done(exchange, 'POST', '/accounts/bob@x.com/credit', body);
    const { assets, report } = await books();
    assert.deepEqual(
      assets.find(({ asset }: { asset: string }) => asset === 'COIN'),
      {
        ...{ asset: 'COIN', liabilities: '5', held: '0', owed: '0', custody: '0' },
        ...{ reorganised: '0', difference: '-5' },
      },
    );
    assert.deepEqual(report, sound, 'a report says what was when it was made');
    await done(exchange, 'GET', '/integrity');
    const [found] = await findings();
    assert.match(
      found.reason,
      /^Custody does not cover the balances of customers in every asset\. That is as of /,
    );
    await exchange.restart();
    const [kept] = await findings();
    assert.deepEqual(kept, found);
    await done(exchange, 'GET', '/integrity');
    const [later] = await findings();
    assert.equal(later.since, found.since, 'since the first of the reports that fail');
    await done(exchange, 'POST', '/accounts/bob@x.com/debit', body);
    await done(exchange, 'GET', '/integrity');
    assert.deepEqual(await findings(), []);
    assert.equal((await books()).report.solvent, true);
  });

  test('the report is made automatically, and a failure appears in the inbox and in the metrics', async () => {
    await done(exchange, 'GET', '/integrity');
    await exchange.restart();
    const { at } = (await books()).report;
    const body = { asset: 'COIN', amount: '5', backed: false, reason: 'a test' };
    await done(exchange, 'POST', '/accounts/bob@x.com/credit', body);
    await exchange.restart(['--integrity-ms', '50']);
    let items = await findings();
    while (items.length === 0) items = await findings();
    assert.match(items[0].reason, /^Custody does not cover the balances/);
    const { report } = await books();
    assert.ok(report.at > at);
    assert.equal(report.solvent, false);
    const text = async () => (await fetch(`${exchange.operatorUrl}/metrics`)).text();
    assert.match(await text(), /^bursar_integrity_failing\{check="custody"\} 1$/m);
    assert.match(await text(), /^bursar_integrity_failing\{check="books"\} 0$/m);
    assert.match(await text(), /^bursar_integrity_checked_timestamp_seconds \d{10}/m);
    await done(exchange, 'POST', '/accounts/bob@x.com/debit', body);
    while ((await findings()).length > 0);
    await exchange.restart(['--integrity-ms', '0']);
  });
});
