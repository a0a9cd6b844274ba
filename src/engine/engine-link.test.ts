import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { pause } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import { StoreFault } from '../store/port.ts';
import { Engine } from './engine.ts';
import { EngineLink } from './engine-link.ts';
import { databaseFile } from './open-store.ts';

const operator = { actor: 'test', reason: 'test' };

test('commands to an engine that hangs have an unknown outcome, and are done once when it continues', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-hang-'));
  const faults: string[] = [];
  const link = await EngineLink.start({
    clock: systemClock,
    location: { folder },
    blockMs: 0,
    answerTimeoutMs: 300,
    onChanged: () => {},
    onFault: (what) => faults.push(what),
    onFatal: (error) => faults.push(error.message),
  });
  const open = (email: string) => link.commands.submit('openAccount', { operator, email });
  assert.ok('done' in (await open('before@example.com')));

  // The engine waits for this lock within its transaction, as it would for a disk that hangs.
  const blocker = new DatabaseSync(databaseFile(folder));
  t.after(async () => {
    blocker.close();
    await link.close();
    rmSync(folder, { recursive: true });
  });
  blocker.exec('BEGIN IMMEDIATE');
  const opening = open('hangs@example.com');
  await pause(systemClock.monotonic, 100);
  const question = await link.chainService.heights().catch((error: unknown) => error);
  const outcome = await opening;
  assert.deepEqual(outcome, { fault: 'unknown', message: 'no answer from the engine in time' });
  assert.ok(question instanceof StoreFault && question.fault === 'unknown');
  const accounts = blocker.prepare("SELECT group_concat(email, ' ' ORDER BY email) AS emails FROM accounts");
  assert.equal(accounts.get()?.emails, 'before@example.com', 'not yet');
  blocker.exec('COMMIT');

  assert.ok('done' in (await open('after@example.com')), 'it continues by itself');
  assert.equal(accounts.get()?.emails, 'after@example.com before@example.com hangs@example.com');
  assert.equal(link.waitingCommands(), 0);
  assert.deepEqual(faults, []);
});

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-engine-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const bug = new Error('a bug of the listener');

test('if a listener of the engine throws, the commit is answered as done and nothing is executed after it', async (t) => {
  const events: string[] = [];
  const reported = Promise.withResolvers<void>();
  const engine = await Engine.open({
    clock: systemClock,
    location: { folder: createFolder(t) },
    blockMs: 0,
    onChanged: (changed) => {
      if (changed.has('accounts')) throw bug;
    },
    onBug: (error) => {
      events.push((error as Error).message);
      reported.resolve();
    },
    afterBatch: () => events.push('answered'),
    onFault: (what) => events.push(what),
  });
  t.after(() => engine.close());
  const commands = engine.commits.priority('foreground');
  const open = (email: string) => commands.submit('openAccount', { operator, email });
  const outcomes = await Promise.all([open('a@example.com'), open('b@example.com')]);
  assert.ok(outcomes.every((outcome) => 'done' in outcome));
  await reported.promise;
  void open('c@example.com').then(() => events.push('executed'));
  // A batch would start within two turns of the event loop.
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(events, ['answered', bug.message]);
  assert.deepEqual(engine.commits.figures().queued, { foreground: 1, background: 0 });
});
