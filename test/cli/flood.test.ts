/** A client that floods the server with pipelined requests exhausts neither its memory nor the time for others. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBursar } from './command-line.ts';

const connections = 20;
const pings = 10_000;
const maxGrowthMiB = 600;
const skip = process.platform === 'linux' ? false : 'reads the memory of a process from /proc';

let folder = '';
let running: ReturnType<typeof startBursar>;
let port = 0;
const sockets = new Set<Socket>();

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-flood-'));
  const flags = ['--port', '0', '--operator-port', '0', '--data', folder, '--weight-per-minute', '0'];
  running = startBursar('start', ...flags);
  const [, url = ''] = await running.printed(/^Wallet API +(http:\S+)/m);
  port = Number(new URL(url).port);
});
after(() => {
  for (const socket of sockets) socket.destroy();
  running.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Peak memory of the server. */
function peakMiB(): number {
  const pid = running.child.pid ?? 0;
  // npm and old Node versions run the server in a child process; here it is the process itself.
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Resolves when all requests are answered. */
function flood(): Promise<void> {
  const reply = /HTTP\/1\.1 200/g;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').on('error', reject);
    sockets.add(socket);
    let answered = 0;
    socket.setEncoding('latin1').on('data', (text: string) => {
      answered += text.match(reply)?.length ?? 0;
      // A status line may be split across chunks, so a few may be missed.
      if (answered >= pings * 0.99) resolve();
    });
    socket.write('GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(pings));
  });
}

test('a flood is answered in bounded memory while others are served', {
  timeout: 300_000,
  skip,
}, async (t) => {
  const before = peakMiB();
  let isOver = false;
  const floods = Promise.all(Array.from({ length: connections }, flood)).then(() => {
    isOver = true;
  });
  let served = 0;
  let slowestMs = 0;
  while (!isOver) {
    const startedMs = performance.now();
    const { status } = await fetch(`http://127.0.0.1:${port}/api/v3/time`);
    assert.equal(status, 200);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    served += 1;
  }
  await floods;
  const growth = peakMiB() - before;
  t.diagnostic(
    `${served} others served, the slowest in ${slowestMs.toFixed(0)} ms; ${growth.toFixed(0)} MiB more`,
  );
  assert.ok(growth < maxGrowthMiB, `${growth} MiB`);
  assert.ok(served >= 20, `only ${served} others were served`);
});
