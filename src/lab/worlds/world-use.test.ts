import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { RegistryClock } from './world-options.ts';
import { WorldUse } from './world-use.ts';

const time = { now: () => 0 };
// cast: it only reads the time.
const createUse = () => new WorldUse({ wire: time, monotonic: time } as RegistryClock);

test('waiting changes run one at a time, while nobody uses the world', async () => {
  const use = createUse();
  let changes = 0;
  let users = 0;
  const change = async () => {
    assert.deepEqual([changes, users], [0, 0]);
    changes += 1;
    await turn();
    changes -= 1;
  };
  const work = async () => {
    assert.equal(changes, 0);
    users += 1;
    await turn();
    users -= 1;
  };
  const waiting = Array.from({ length: 5 }, () => [
    use.alone(change),
    use.during(work),
    use.besides(work),
  ]).flat();
  await Promise.all(waiting);
  assert.equal(use.isInUse, false);
});

test('work that has not begun before the end fails with its error', async () => {
  const use = createUse();
  const done: string[] = [];
  const note = (what: string) => async () => {
    await turn();
    done.push(what);
  };
  const first = use.during(note('first'));
  const ended = use.end(new Error('gone'), note('end'));
  const late = [use.during(note('late')), use.besides(note('late')), use.alone(note('late'))];
  await Promise.all([first, ended, ...late.map((each) => assert.rejects(each, /gone/))]);
  assert.deepEqual(done, ['first', 'end']);
});
