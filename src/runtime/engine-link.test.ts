import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreFault } from '../store/port.ts';
import { databaseFile } from './books.ts';
import { EngineLink } from './engine-link.ts';

const operator = { actor: 'test', reason: 'test' };

test('what an engine that hangs was asked for is unknown, and is done once when it goes on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-hang-'));
  const faults: string[] = [];
  const link = await EngineLink.start({
    location: { folder },
    blockMs: 0,
    answerTimeoutMs: 300,
    onChanged: () => {},
    onFault: (what) => faults.push(what),
    onDeath: (error) => faults.push(error.message),
  });
  const open = (email: string) => link.commands.submit('openAccount', { operator, email });
  assert.ok('done' in (await open('before@example.com')));

  // The engine waits for this lock inside its own transaction, as it would for a disk that hangs.
  const blocker = new DatabaseSync(databaseFile(folder));
  t.after(async () => {
    blocker.close();
    await link.close();
    rmSync(folder, { recursive: true });
  });
  blocker.exec('BEGIN IMMEDIATE');
  const opening = open('hangs@example.com');
  await pause(100);
  const question = await link.desk.heights().catch((error: unknown) => error);
  const outcome = await opening;
  assert.deepEqual(outcome, { fault: 'unknown', message: 'no answer from the engine in time' });
  assert.ok(question instanceof StoreFault && question.fault === 'unknown');
  const accounts = blocker.prepare("SELECT group_concat(email, ' ' ORDER BY email) AS emails FROM accounts");
  assert.equal(accounts.get()?.emails, 'before@example.com', 'not yet');
  blocker.exec('COMMIT');

  assert.ok('done' in (await open('after@example.com')), 'it goes on by itself');
  assert.equal(accounts.get()?.emails, 'after@example.com before@example.com hangs@example.com');
  assert.equal(link.waitingCommands, 0);
  assert.deepEqual(faults, []);
});
