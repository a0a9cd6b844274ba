/**
 * A full disk, simulated by a limit on file sizes that is set and lifted while the server runs. Requests that cannot be
 * written are answered as not done, everything else keeps working, and the server recovers by itself once there is
 * space.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { announceSeed, seed } from '../support/seed.ts';
import { checkAftermath } from './aftermath.ts';
import { Journal } from './journal.ts';
import { fetchAddresses, type LoadContext, replayWithdrawal, runLoad } from './load.ts';
import { type Answer, type ServerProcess, startServerProcess, type Target } from './server-process.ts';

const isLinux = process.platform === 'linux';
/** Space left for the write-ahead log. */
const roomBytes = 300_000;
const notDonePerRound = 100;
const deadlineMs = 20_000;
/** Time for the workers to send some queued withdrawals. */
const sendingMs = 300;

function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:`]);
}

/** Counts the answers to customers. */
function counting(server: ServerProcess): {
  readonly target: Target;
  readonly statuses: Map<number, number>;
} {
  const statuses = new Map<number, number>();
  const count = (answer: Answer | null) => {
    const status = answer?.status ?? 0;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    return answer;
  };
  return { target: { ...server, signed: async (...args) => count(await server.signed(...args)) }, statuses };
}

/** Puts load on the server until this many requests were answered 503: not done. */
async function loadUntilFull(context: LoadContext, statuses: ReadonlyMap<number, number>, round: number) {
  const before = statuses.get(503) ?? 0;
  const endMs = performance.now() + deadlineMs;
  const isOver = () => (statuses.get(503) ?? 0) - before >= notDonePerRound || performance.now() > endMs;
  await runLoad(context, seed + round, isOver);
  assert.ok((statuses.get(503) ?? 0) - before >= notDonePerRound, 'the disk was never full');
}

test('on a full disk nothing is done and nothing is lost, and service resumes once there is space', {
  skip: !isLinux,
}, async (t) => {
  announceSeed(t, 'crash');
  const folder = mkdtempSync(join(tmpdir(), 'bursar-full-'));
  const journal = new Journal(true);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const server = await startServerProcess(folder, 30);
  t.after(() => server.kill());
  const { target, statuses } = counting(server);
  const context = { target, journal, addresses: await fetchAddresses(target) };
  const fill = async (round: number) => {
    limitFiles(server.pid, statSync(join(folder, 'bursar.sqlite-wal')).size + roomBytes);
    await loadUntilFull(context, statuses, round);
    const history = await server.signed('alice', 'GET', '/wapi/v3/withdrawHistory.html', {});
    assert.equal(history?.status, 200, 'existing data can be read');
    assert.equal((await server.read('/integrity'))?.body.ok, true);
  };
  await fill(1);
  limitFiles(server.pid, 'unlimited');
  await askAgain(context);
  await fill(2);
  // Not even the write-ahead log can be checkpointed into the file any more.
  limitFiles(server.pid, 8192);
  assert.equal(await server.stop(), 0, 'it stops as usual');
  assert.equal(statuses.get(504) ?? 0, 0, 'a request without space is not done, not unknown');
  await checkAftermath({ folder }, journal);
  const next = await startServerProcess(folder, 30);
  t.after(() => next.kill());
  await askAgain({ ...context, target: next });
  await pause(sendingMs);
  assert.equal(await next.stop(), 0);
  await checkAftermath({ folder }, journal);
});

/** Repeats every order that was answered 503. */
async function askAgain(context: LoadContext): Promise<void> {
  const notDone = context.journal.withdrawals.filter(
    ({ state, orderId }) => state === 'absent' && orderId !== null,
  );
  assert.ok(notDone.length > 0);
  for (const tried of notDone) {
    tried.state = 'unknown';
    await replayWithdrawal(context, tried);
    assert.equal(tried.state, 'done', `order ${tried.orderId}`);
  }
}
