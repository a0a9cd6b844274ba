/** A server that cannot open more files logs the problem and its remedy, and keeps serving. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { environmentWithoutSettings } from '../support/environment.ts';
import { program } from './command-line.ts';

const limits = { timeout: 60_000 };
const maxOpenFiles = 100;
const skip = process.platform === 'linux' ? false : 'the limit is known on Linux alone';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-open-files-'));
});
after(() => rmSync(folder, { recursive: true }));

for (const api of ['Wallet', 'Operator'])
  describe(`too many open files, ${api} API`, { ...limits, skip }, () => {
    const command = `ulimit -n ${maxOpenFiles}; exec "$@"`;
    let errors = '';
    let child: ReturnType<typeof start>;
    let port = 0;

    function start() {
      const flags = ['--port', '0', '--operator-port', '0', '--data', join(folder, api)];
      return spawn('sh', ['-c', command, 'sh', process.execPath, program, 'start', ...flags], {
        env: environmentWithoutSettings(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    }

    before(async () => {
      child = start();
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
      });
      let output = '';
      const url = new RegExp(`^${api} API +http://[^:]+:(\\d+)`, 'm');
      for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
        output += text;
        port = Number(url.exec(output)?.[1] ?? 0);
        if (port > 0) break;
      }
    });
    after(() => child.kill('SIGKILL'));

    test('is logged once with the remedy, and the server keeps serving', limits, async () => {
      const sockets: Socket[] = [];
      // The latest connections are closed without an answer.
      while (!errors.includes('open files are in use')) {
        const socket = connect(port, '127.0.0.1').on('error', () => {});
        sockets.push(socket);
        await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
        assert.ok(sockets.length < 3 * maxOpenFiles, 'nothing was logged');
      }
      const more = Array.from({ length: maxOpenFiles }, () =>
        connect(port, '127.0.0.1').on('error', () => {}),
      );
      await Promise.all(more.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
      const closed = [...sockets, ...more].map((socket) => socket.closed || once(socket, 'close'));
      for (const socket of [...sockets, ...more]) socket.destroy();
      await Promise.all(closed);
      const path = api === 'Wallet' ? '/api/v3/ping' : '/health';
      // Until the server has noticed that the others are closed, it closes this one too.
      let status: number | undefined;
      while (status === undefined)
        status = await fetch(`http://127.0.0.1:${port}${path}`).then(
          (reply) => reply.status,
          () => undefined,
        );
      assert.equal(status, 200);
      const warnings = errors.split('\n').filter((line) => line.includes('open files'));
      assert.equal(warnings.length, 1, errors);
      const { level, msg } = JSON.parse(String(warnings[0]));
      assert.equal(level, 40);
      assert.match(msg, /^\d+ of 100 open files are in use.*: raise the limit of open files \(ulimit -n/);
    });
  });
