/** The load generator counts the right requests, from the right moment on. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { runLoad } from '../../tools/bench/load/load.ts';
import { ClosedLoopPhase, OpenLoopPhase, type Phase } from '../../tools/bench/load/phase.ts';
import { LoadReply } from '../../tools/bench/load/reply.ts';

const startMs = 1000;

/** A connection that records the moment from which its requests count. */
class Recorder {
  readonly countedFromMs: number[] = [];

  send(countedFromMs: number): void {
    this.countedFromMs.push(countedFromMs);
  }
}

function reply(phase: Phase, sender: Recorder, nowMs: number, status = 200): void {
  const parsed = new LoadReply();
  assert.ok(parsed.push(Buffer.from(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`)));
  phase.recordReply(parsed, sender.countedFromMs.at(-1) as number, nowMs);
  phase.offer(sender, nowMs);
}

test('open loop: a request that waited for a connection counts from when it was due', async () => {
  const phase = new OpenLoopPhase({ durationMs: 3, ratePerSecond: 1000 }, 0, startMs);
  const sender = new Recorder();
  phase.offer(sender, startMs);
  reply(phase, sender, startMs + 2.5);
  reply(phase, sender, startMs + 2.75);
  reply(phase, sender, startMs + 4);
  await phase.done;
  assert.deepEqual(sender.countedFromMs, [startMs, startMs + 1, startMs + 2]);
  const { p50Ms, maxMs, sendDelayP99Ms, unsent } = phase.summarize();
  assert.deepEqual([p50Ms, maxMs, sendDelayP99Ms, unsent], [2, 2.5, 1.5, 0]);
});

test('open loop: nothing is sent before it is due', () => {
  const phase = new OpenLoopPhase({ durationMs: 10, ratePerSecond: 1000 }, 0, startMs);
  const [first, second] = [new Recorder(), new Recorder()];
  phase.offer(first, startMs);
  phase.offer(second, startMs + 0.5);
  assert.deepEqual([first.countedFromMs, second.countedFromMs], [[startMs], []]);
  phase.sendDue(startMs + 1);
  assert.deepEqual(second.countedFromMs, [startMs + 1]);
});

test('open loop: connections are used in turn, so that the server closes none as unused', () => {
  const phase = new OpenLoopPhase({ durationMs: 10, ratePerSecond: 1000 }, 0, startMs);
  const [first, second] = [new Recorder(), new Recorder()];
  phase.offer(first, startMs - 1);
  phase.offer(second, startMs - 1);
  phase.sendDue(startMs);
  reply(phase, first, startMs + 0.5);
  phase.sendDue(startMs + 1);
  assert.deepEqual([first.countedFromMs, second.countedFromMs], [[startMs], [startMs + 1]]);
});

test('open loop: requests that found no connection count with their waiting time', async () => {
  const phase = new OpenLoopPhase({ durationMs: 4, ratePerSecond: 1000 }, 0, startMs);
  const sender = new Recorder();
  phase.offer(sender, startMs);
  phase.sendDue(startMs + 4);
  reply(phase, sender, startMs + 10);
  await phase.done;
  assert.equal(sender.countedFromMs.length, 1);
  const { p50Ms, maxMs, unsent } = phase.summarize();
  assert.deepEqual([p50Ms, maxMs, unsent], [2, 10, 3]);
});

test('open loop: the warm-up runs at the same rate, and its latencies are not counted', async () => {
  const phase = new OpenLoopPhase({ durationMs: 1, ratePerSecond: 1000 }, 1, startMs);
  const [slow, fast] = [new Recorder(), new Recorder()];
  phase.offer(slow, startMs);
  phase.offer(fast, startMs + 1);
  reply(phase, fast, startMs + 2);
  reply(phase, slow, startMs + 50);
  await phase.done;
  assert.deepEqual([phase.accepted, phase.summarize().maxMs], [2, 1]);
});

test('closed loop: a rejection counts as an error and has no latency', async () => {
  const phase = new ClosedLoopPhase({ requests: 2 }, startMs);
  const sender = new Recorder();
  phase.offer(sender, startMs);
  reply(phase, sender, startMs + 7);
  reply(phase, sender, startMs + 8, 503);
  await phase.done;
  assert.deepEqual([phase.requests, phase.accepted, phase.errors], [2, 1, { 503: 1 }]);
  assert.equal(phase.summarize().maxMs, 7);
});

test('a paced run sends exactly the requests that its rate requires, each signed for its due time', async () => {
  const timestamps: number[] = [];
  const server = createServer((request, response) => {
    timestamps.push(Number(new URL(request.url as string, 'http://x').searchParams.get('timestamp')));
    response.setHeader('Content-Length', 2).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const result = await runLoad({
      host: '127.0.0.1',
      ports: [(server.address() as AddressInfo).port],
      connections: 40,
      warmupMs: 100,
      durationMs: 100,
      ratePerSecond: 200,
      workload: {
        kind: 'signed',
        method: 'POST',
        path: '/',
        keys: [{ apiKey: 'a', secretKey: 'b' }],
        query: '',
      },
    });
    assert.deepEqual([result.acceptedInAll, result.unsent, result.errors], [40, 0, {}]);
    const sorted = timestamps.toSorted((a, b) => a - b);
    assert.deepEqual(
      sorted,
      Array.from({ length: 40 }, (_, index) => (sorted[0] as number) + 5 * index),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('requests with a private key are signed once and sent repeatedly', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const queries: string[] = [];
  const server = createServer((request, response) => {
    queries.push(new URL(request.url as string, 'http://x').search.slice(1));
    response.setHeader('Content-Length', 2).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const secretKey = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const { errors } = await runLoad({
      host: '127.0.0.1',
      ports: [(server.address() as AddressInfo).port],
      connections: 2,
      warmupMs: 0,
      requests: 20,
      workload: {
        kind: 'signed',
        method: 'GET',
        path: '/',
        keys: [{ apiKey: 'a', secretKey }],
        query: 'order={order}',
        repeated: 3,
      },
    });
    assert.deepEqual([queries.length, new Set(queries).size, errors], [20, 3, {}]);
    for (const query of queries) {
      const [signed = '', signature = ''] = query.split('&signature=');
      const bytes = Buffer.from(decodeURIComponent(signature), 'base64');
      assert.ok(verify(null, Buffer.from(signed), publicKey, bytes), query);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
