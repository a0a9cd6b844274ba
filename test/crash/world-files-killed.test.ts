/**
 * A server that is killed at a random moment while it makes, restores or resets a world on file: after the next start each
 * world is as it was before or as it should be after, nothing of the exchange is lost, and what was half made is gone.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { demoKey, type IssuedKey, type Json } from '../lab/worlds-client.ts';
import { announceSeed } from '../support/seed.ts';
import { change, killDuring, LabProcess, measure } from './lab-process.ts';

const rounds = 8;
const storage = 'file';

function foldersIn(...path: readonly string[]): readonly string[] {
  const files = readdirSync(join(...path), { withFileTypes: true });
  return files
    .filter((file) => file.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The folders contain only completed worlds and snapshots. */
function assertClean(data: string, worlds: readonly string[], snapshot: string, moment: string): void {
  assert.deepEqual(foldersIn(data), ['worlds'], moment);
  assert.deepEqual(foldersIn(data, 'worlds'), [...worlds].sort(), moment);
  for (const name of worlds) {
    const current = readFileSync(join(data, 'worlds', name, 'current'), 'utf8');
    const expected = [current, 'origin', ...(name === 'world' ? [snapshot] : [])].sort();
    assert.deepEqual(foldersIn(data, 'worlds', name), expected, `${name}: ${moment}`);
  }
}

test('worlds on file of a server that is killed are as before or as after', async (t) => {
  announceSeed(t, 'test/crash/world-files-killed.test.ts');
  const data = mkdtempSync(join(tmpdir(), 'bursar-worlds-killed-'));
  t.after(() => rmSync(data, { recursive: true }));
  let server = await LabProcess.start(data, undefined);
  t.after(() => server.kill());

  const made = await measure('create', () => change('', { name: 'world', storage })(server));
  const key: IssuedKey = made.apiKeys[0];
  const first = await server.withdraw(key);
  const { id: snapshot } = await change('/world/snapshots')(server);
  await measure('restore', () => change('/world/restore', { snapshot })(server));
  await measure('reset', () => change('/world/reset')(server));
  await change('/world/restore', { snapshot })(server);
  const ofMain: string[] = [];

  /** @returns whether `first` and `later` are in the world, which must be one of the states that it may be in. */
  const assertState = async (what: string, later: string, reply: Json, hadFirst: boolean, moment: string) => {
    const [hasFirst, hasLater] = [await server.knows(key, first), await server.knows(key, later)];
    const before = hasFirst === hadFirst && hasLater;
    const after = hasFirst === (what === 'restore') && !hasLater;
    if (what === 'create' || what === 'fork of main') assert.ok(before, moment);
    else assert.ok(after || (before && reply === undefined), `${moment}: ${hasFirst}, ${hasLater}`);
  };

  for (let round = 0; round < rounds; round += 1) {
    const what = (['create', 'restore', 'reset', 'fork of main'] as const)[round % 4] ?? 'create';
    const name = `new-${round}`;
    ofMain.push(await server.withdraw(demoKey));
    const later = await server.withdraw(key);
    const hadFirst = await server.knows(key, first);
    const changes = {
      create: change('', { name, storage }),
      restore: change('/world/restore', { snapshot }),
      reset: change('/world/reset'),
      'fork of main': change('/main/fork', { name }),
    };
    const { reply, moment } = await killDuring(server, what, changes[what]);
    t.diagnostic(`${moment}: ${reply === undefined ? 'not answered' : 'answered'}`);
    server = await LabProcess.start(data, undefined);

    const worlds = await server.worlds();
    assert.ok(worlds.includes('world'), moment);
    if (what === 'create' && reply !== undefined) await server.withdraw(reply.apiKeys[0]);
    await assertState(what, later, reply, hadFirst, moment);
    for (const each of worlds) await server.assertBalanced(each);
    for (const id of ofMain) assert.ok(await server.knows(demoKey, id), moment);
    assertClean(data, worlds, snapshot, moment);
  }
  await server.assertBalanced();
});
