/** A server that is killed while it pays a dividend pays the rest after its next start, and pays nobody twice. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { databaseFile } from '../../src/engine/open-store.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const holders = 1000;
const partUnits = 3;
const total = `${holders * partUnits}e-8`;
const emails = Array.from({ length: holders }, (_, index) => `holder${index}@example.com`);
const maxKills = 30;

async function done(answer: ReturnType<ServerProcess['read']>) {
  const got = await answer;
  assert.ok(got !== null && got.status < 300, JSON.stringify(got));
  return got.body;
}

async function openHolders(server: ServerProcess): Promise<void> {
  const networks = [{ network: 'NET', addressFormat: 'opaque' }];
  for (const asset of ['BASE', 'GIFT']) await done(server.operator(`/assets/${asset}`, { networks }, 'PUT'));
  const credit = { asset: 'BASE', amount: '1', reason: 'a test' };
  await Promise.all(
    emails.map(async (email) => {
      await done(server.operator('/accounts', { email }));
      await done(server.operator(`/accounts/${email}/credit`, credit));
    }),
  );
}

/** Number of shares of the dividend on disk. */
function countPaid(folder: string, tranId: number): number {
  const database = new DatabaseSync(databaseFile(folder), { readOnly: true });
  const row = database
    .prepare('SELECT count(*) AS paid FROM dividend_payments WHERE tran_id = ?')
    .get(tranId);
  database.close();
  return (row as { paid: number }).paid;
}

async function untilDone(server: ServerProcess, tranId: number): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while ((await done(server.read(`/dividends/${tranId}`))).status !== 'done') {
    assert.ok(performance.now() < giveUpAt, `dividend ${tranId} is not paid`);
    await pause(10);
  }
}

test('a dividend whose server is killed is paid to each holder once after the next start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-dividend-'));
  let server = await startServerProcess(folder, 0);
  t.after(async () => {
    await server.kill();
    rmSync(folder, { recursive: true });
  });
  await openHolders(server);
  const dividend = { asset: 'GIFT', holdersOf: 'BASE', total, info: 'a gift', reason: 'a test' };
  const interrupted: number[] = [];
  let dividends = 0;
  while (interrupted.length < 3) {
    assert.ok(dividends < maxKills, 'no kill happened in the middle of a dividend');
    const { tranId } = await done(server.operator('/dividends', dividend));
    dividends += 1;
    // Kill at the beginning, after a third, and after two thirds.
    const killAt = (interrupted.length * holders) / 3;
    const giveUpAt = performance.now() + 60_000;
    while (countPaid(folder, tranId) < killAt) {
      assert.ok(performance.now() < giveUpAt, `dividend ${tranId} is not paid`);
      await turn();
    }
    await server.kill();
    const paid = countPaid(folder, tranId);
    if (paid < holders) interrupted.push(paid);
    server = await startServerProcess(folder, 0);
    await untilDone(server, tranId);
    assert.equal(countPaid(folder, tranId), holders);
  }
  t.diagnostic(`${dividends} dividends; paid when killed: ${interrupted.join(', ')} of ${holders}`);
  const expected = `0.${String(dividends * partUnits).padStart(8, '0')}`.replace(/0+$/, '');
  const gifts = await Promise.all(
    emails.map(async (email) => {
      const { balances } = await done(server.read(`/accounts/${email}/balances`));
      return balances.find(({ asset }: { asset: string }) => asset === 'GIFT')?.free;
    }),
  );
  assert.deepEqual([...new Set(gifts)], [expected]);
  const integrity = await done(server.read('/integrity'));
  assert.deepEqual([integrity.ok, integrity.mismatches], [true, []]);
});
