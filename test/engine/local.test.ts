/** Many worlds in one process. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { StoreFault } from '../../src/store/port.ts';
import { done } from '../support/world.ts';
import { operator } from '../support/world-plan.ts';

const openWorld = () =>
  LocalEngine.open({
    clock: systemClock,
    location: { memory: true },
    blockMs: 0,
    onChanged: () => {},
    onFault: (what, message) => assert.fail(`${what}: ${message}`),
    onFatal: (error) => assert.fail(error),
  });

test('worlds in one process do not see each other', async () => {
  const worlds = await Promise.all(Array.from({ length: 20 }, openWorld));
  const names = worlds.map((_, index) => `world-${index}@example.com`);
  await Promise.all(
    worlds.map(({ commands }, index) =>
      done(commands.submit('openAccount', { operator, email: names[index] as string })),
    ),
  );
  for (const [index, { reads }] of worlds.entries()) {
    const emails = (await reads.rows('accounts', {})).map(({ email }) => email);
    assert.deepEqual(
      emails.filter((email) => names.includes(email)),
      [names[index]],
    );
  }
  await Promise.all(worlds.map((world) => world.close()));
});

/** The resources that keep the process alive, such as timers. */
const active = () => process.getActiveResourcesInfo().toSorted();

test('closing leaves no timer and nothing else behind', async () => {
  await (await openWorld()).close();
  const before = active();
  for (let count = 0; count < 5; count += 1) {
    const world = await openWorld();
    await done(world.commands.submit('openAccount', { operator, email: 'ann@example.com' }));
    assert.notDeepEqual(active(), before, 'an open world has timers');
    await world.close();
  }
  assert.deepEqual(active(), before);
});

test('a process ends by itself once its worlds are closed', async () => {
  const program = `
    const { LocalEngine } = await import(process.argv[1]);
    const { systemClock: clock } = await import(process.argv[2]);
    const ignore = () => {};
    const options = { clock, location: { memory: true }, blockMs: 50, onChanged: ignore, onFault: ignore, onFatal: ignore };
    const worlds = await Promise.all([LocalEngine.open(options), LocalEngine.open(options)]);
    const operator = { actor: 'a', reason: 'b' };
    for (const { commands } of worlds) await commands.submit('openAccount', { operator, email: 'ann@example.com' });
    for (const world of worlds) await world.close();
    console.log('closed');
  `;
  const module = new URL('../../src/engine/local-engine.ts', import.meta.url).href;
  const clock = new URL('../../src/clock/system-clock.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, module, clock]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  assert.deepEqual([code, output], [0, 'closed\n']);
});

test('a store that cannot be opened is a fault that names the reason', async () => {
  const folder = join(tmpdir(), 'bursar-no-such-folder', 'deeper');
  const opening = LocalEngine.open({
    clock: systemClock,
    location: { folder },
    blockMs: 0,
    onChanged: () => {},
    onFault: () => {},
    onFatal: () => {},
  });
  await assert.rejects(opening, StoreFault);
});
