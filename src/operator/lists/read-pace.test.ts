import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { ReadTooLong } from '../../store/port.ts';
import type { Reads } from '../../store/reads.ts';
import { RejectionError } from '../rejection-error.ts';
import { ReadPace } from './read-pace.ts';
import { RequestReads } from './request-reads.ts';

const busy = { waitingCommands: () => 1, submittedCommands: () => 0 };
const idle = { waitingCommands: () => 0, submittedCommands: () => 0 };

/** Requests whose reads take a given time, and the names of the reads that have begun. */
function openReads(engine: typeof busy) {
  const clock = new ManualClock();
  const pace = new ReadPace(clock.monotonic, engine);
  const begun: string[] = [];
  const request = (name: string, readMs: number) => {
    const reads = {
      row: async () => {
        begun.push(name);
        clock.advance(readMs);
      },
    } as unknown as Reads;
    return new RequestReads(reads, pace);
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1) {
      clock.advance(1);
      await turn();
    }
  };
  return { clock, begun, request, pass };
}
const read = (request: RequestReads) => request.reads.row('accounts', {});

test('while no command is in progress, no read waits', async () => {
  const { request, begun } = openReads(idle);
  const one = request('one', 100);
  for (let each = 0; each < 3; each += 1) await read(one);
  assert.equal(begun.length, 3);
  assert.equal(one.usedMs, 300);
});

test('while commands are in progress, a rest of 49 times its duration follows a read', async () => {
  const { request, begun, pass } = openReads(busy);
  await read(request('one', 10));
  void read(request('other', 10));
  await pass(470);
  assert.deepEqual(begun, ['one']);
  await pass(20);
  assert.deepEqual(begun, ['one', 'other']);
});

test('between two commits of customers a read rests too, although no command is in progress', async () => {
  const engine = { waitingCommands: () => 0, submittedCommands: () => 1 };
  const { request, begun, pass } = openReads(engine);
  await read(request('one', 10));
  void read(request('other', 10));
  await pass(90);
  assert.deepEqual(begun, ['one']);
  await pass(20);
  assert.deepEqual(begun, ['one', 'other'], 'customers have sent nothing for a tenth of a second');
});

test('requests that customers sent during a read are received before the next read', async () => {
  let submitted = 0;
  const { request, begun, pass } = openReads({
    waitingCommands: () => 0,
    submittedCommands: () => submitted,
  });
  const one = request('one', 10);
  const three = (async () => {
    for (let each = 0; each < 3; each += 1) await read(one);
  })();
  setImmediate(() => {
    submitted += 1;
  });
  await pass(60);
  assert.equal(begun.length, 2);
  await pass(60);
  await three;
});

test('the work of a request besides reading is followed by a rest too', async () => {
  const { request, begun, clock, pass } = openReads(busy);
  const one = request('one', 0);
  one.work(() => clock.advance(10));
  void read(one);
  await pass(470);
  assert.deepEqual(begun, []);
  await pass(20);
  assert.deepEqual(begun, ['one']);
});

test('the waiting request that has used the least time reads next, and none waits for ever', async () => {
  const { request, begun, pass } = openReads(busy);
  const large = request('large', 20);
  await read(large);
  void read(large);
  const look = async () => {
    const small = request('small', 5);
    for (;;) await read(small);
  };
  void look().catch(() => {});
  await pass(981);
  assert.deepEqual(begun, ['large', 'small']);
  await pass(3000);
  assert.equal(begun.filter((name) => name === 'large').length, 2);
});

test('a request that has waited for 20 seconds is rejected, and reads nothing', async () => {
  const { request, begun, pass } = openReads(busy);
  const others = Array.from({ length: 4 }, (_, index) => read(request(`other ${index}`, 250)));
  await pass(1);
  const late = assert.rejects(
    read(request('late', 1)),
    (error) => error instanceof RejectionError && error.rejection.rejected === 'read-too-long',
  );
  await pass(20_100);
  await late;
  assert.ok(!begun.includes('late'));
  await Promise.allSettled(others);
});

test('a read that the store has ended is rejected as one that takes too long', async () => {
  const { clock } = openReads(idle);
  const reads = { row: () => Promise.reject(new ReadTooLong('not-done', 'canceled')) } as unknown as Reads;
  const request = new RequestReads(reads, new ReadPace(clock.monotonic, idle));
  await assert.rejects(read(request), RejectionError);
});

test('a list that has begun ends after five seconds instead of waiting longer', async () => {
  const { request, begun, pass } = openReads(busy);
  const list = request('list', 300);
  await read(list);
  const more = list.more(() => read(list));
  await pass(5100);
  assert.equal(await more, undefined);
  list.renew();
  const next = list.more(async () => {
    await read(list);
    return 'read';
  });
  await pass(5000);
  assert.equal(await next, 'read');
  assert.deepEqual(begun, ['list', 'list']);
});
