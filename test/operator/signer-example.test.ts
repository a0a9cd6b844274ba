/** The signer of `examples/` settles withdrawals of a manual network, and may be started again at any moment. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { done } from './operator-client.ts';

const script = fileURLToPath(new URL('../../examples/signer/signer.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bursar-signer-'));
const outside = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const mine = `0x${'ab'.repeat(20)}`;

let exchange: Exchange;
before(async () => {
  exchange = await startExchange(['--chains', '']);
});
after(async () => {
  await exchange.close();
  rmSync(folder, { recursive: true });
});

test('from an empty exchange to a credited deposit and a completed withdrawal', async () => {
  const terms = { withdrawFee: '0.01', withdrawMinimum: '0.02', minConfirm: 2, unlockConfirm: 3 };
  await done(exchange, 'PUT', '/networks/ETH', { addressFormat: 'evm', connector: 'manual' });
  await done(exchange, 'PUT', '/assets/ETH', { networks: [{ network: 'ETH', ...terms }] });
  await done(exchange, 'POST', '/accounts', { email: 'alice@example.com' });
  const key = await done(exchange, 'POST', '/accounts/alice@example.com/api-keys', {});

  const none = await exchange.signed(key, 'GET', '/sapi/v1/capital/deposit/address', 'coin=ETH');
  assert.deepEqual([none.status, none.body.code], [400, -4001]);
  await done(exchange, 'POST', '/networks/ETH/addresses', { addresses: [{ address: mine }] });
  const given = await exchange.signed(key, 'GET', '/sapi/v1/capital/deposit/address', 'coin=ETH');
  assert.equal(given.body.address.toLowerCase(), mine);
  const repeated = await exchange.operator('POST', '/networks/ETH/addresses', {
    addresses: [{ address: mine }, { address: 'nonsense' }],
  });
  assert.equal(repeated.status, 409);
  assert.match(
    repeated.text,
    /addresses\[0\] 0x.* was imported before; addresses\[1\] nonsense is not an address/,
  );
  assert.equal((await done(exchange, 'GET', '/networks/ETH/addresses')).free, 0);

  const output = { asset: 'ETH', address: mine, amount: '2', txId: `0x${'cd'.repeat(32)}` };
  const report = (confirmations: number, more: object = {}) =>
    done(exchange, 'POST', '/networks/ETH/deposits', { ...output, confirmations, ...more });
  const stages: string[] = [];
  for (const count of [0, 1, 2, 2]) stages.push((await report(count)).stage);
  assert.deepEqual(stages, ['pending', 'pending', 'credited', 'credited']);
  assert.equal((await report(0, { gone: true })).stage, 'vanished');
  assert.equal((await report(3)).stage, 'completed');

  const order = { coin: 'ETH', address: outside, amount: '1' };
  const { id } = (await exchange.signed(key, 'POST', '/sapi/v1/capital/withdraw/apply', order)).body;
  const env = {
    ...process.env,
    BURSAR_OPERATOR_URL: exchange.operatorUrl,
    BURSAR_TOKEN: exchange.server.operatorToken,
    SIGNER_WALLET: join(folder, 'wallet.json'),
  };
  for (let runs = 0; runs < 2; runs += 1)
    await promisify(execFile)(process.execPath, [script, 'ETH', '--once'], { env });
  const settled = await done(exchange, 'GET', `/withdrawals/${id}`);
  assert.equal(settled.stage, 'completed');

  // One that may not be sent any more does not stop the next one, and nothing is sent for it.
  const next = async () =>
    (await exchange.signed(key, 'POST', '/sapi/v1/capital/withdraw/apply', { ...order, amount: '0.2' })).body
      .id;
  const [failed, later] = [await next(), await next()];
  const wallet = JSON.parse(readFileSync(env.SIGNER_WALLET, 'utf8'));
  const { generation } = await done(exchange, 'POST', `/withdrawals/${failed}/claim`, {});
  const txId = `0x${'ef'.repeat(32)}`;
  await done(exchange, 'POST', `/withdrawals/${failed}/transactions`, { generation, txId });
  await done(exchange, 'POST', `/withdrawals/${failed}/unsent`, { reason: 'a test' });
  wallet.signed[failed] = { txId, generation, confirmations: 0, isSent: false };
  writeFileSync(env.SIGNER_WALLET, JSON.stringify(wallet));
  for (let runs = 0; runs < 2; runs += 1)
    await promisify(execFile)(process.execPath, [script, 'ETH', '--once'], { env });
  assert.equal((await done(exchange, 'GET', `/withdrawals/${later}`)).stage, 'completed');
  assert.deepEqual(JSON.parse(readFileSync(env.SIGNER_WALLET, 'utf8')).signed, {});
  const { ok, mismatches } = await done(exchange, 'GET', '/integrity');
  assert.ok(ok, JSON.stringify(mismatches));
});
