/** A small run of the benchmark with real servers of two checkouts, and the books that yardsticks write directly. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { thisCheckout } from '../../tools/bench/checkout.ts';
import { runLoad, type SigningKey } from '../../tools/bench/load/load.ts';
import { OperatorClient } from '../../tools/bench/operator-client.ts';
import { Progress } from '../../tools/bench/progress.ts';
import type { BenchResult } from '../../tools/bench/result.ts';
import type { ServerProcess } from '../../tools/bench/server-process.ts';
import { Storage } from '../../tools/bench/storage.ts';
import { Subject, withdrawals } from '../../tools/bench/subject.ts';
import { emailOf, seedAccounts } from '../../tools/bench/world.ts';
import { writeHistories } from '../../tools/bench/yardsticks/million.ts';
import { rawLedgerWrites } from '../../tools/bench/yardsticks/raw-loop.ts';

const bench = fileURLToPath(new URL('../../tools/bench/main.ts', import.meta.url));

test('this checkout and another commit are measured alternately, and every run is in the result', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  try {
    const file = join(folder, 'result.json');
    const load = ['--seconds', '0.2', '--pairs', '1', '--paced', '50', '--streams'];
    await promisify(execFile)(process.execPath, [bench, '--against', 'HEAD', ...load, '--json', file]);
    const { versions, measurements } = JSON.parse(readFileSync(file, 'utf8')) as BenchResult;
    assert.equal(versions.this.replace('+', ''), versions.against);
    assert.deepEqual(
      measurements.map(({ name }) => name),
      ['peak', 'paced', 'streams'],
    );
    for (const { name, runs } of measurements) {
      const order = runs.map(({ side }) => side);
      assert.deepEqual(order, ['this', 'against'], name);
      for (const { table, before, after } of runs) {
        assert.ok(before.hashesPerSecond > 0 && after.readsPerSecond > 0);
        for (const { perSecond = 1 } of Object.values(table)) {
          assert.ok(perSecond > 0, name);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** @returns a commit with the files of HEAD and another hash, which no branch contains. */
function twinOfHead(): string {
  const [name, email, date] = ['test', 'test@example.com', '2026-01-01T00:00:00Z'];
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date };
  const committer = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date };
  const env = { ...process.env, ...author, ...committer };
  return execFileSync('git', ['commit-tree', 'HEAD^{tree}', '-m', 'twin'], { env, encoding: 'utf8' }).trim();
}

test('--of measures that commit instead of this checkout', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  try {
    const file = join(folder, 'result.json');
    const commit = twinOfHead();
    const load = ['--seconds', '0.2', '--pairs', '1', '--paced', '50'];
    await promisify(execFile)(process.execPath, [bench, '--of', commit, ...load, '--json', file]);
    const { versions, measurements } = JSON.parse(readFileSync(file, 'utf8')) as BenchResult;
    assert.ok(commit.startsWith(versions.this), `${versions.this} is not ${commit}`);
    assert.deepEqual(
      measurements.map(({ name, runs }) => [name, ...runs.map(({ side }) => side)]),
      [
        ['peak', 'this'],
        ['paced', 'this'],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Interrupts a benchmark after a line of its output. @returns its exit, and the files that it has left in `folder`. */
async function interruptAfter(line: RegExp, folder: string, ...args: string[]) {
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, [bench, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const complaint = text(child.stderr);
  for await (const each of createInterface(child.stdout)) if (line.test(each)) child.kill('SIGINT');
  const [code, signal] = await closed;
  return {
    code,
    signal,
    complaint: await complaint,
    left: readdirSync(folder).filter((name) => name !== 'node-compile-cache'),
  };
}

test('Ctrl-C ends a benchmark at any time, and nothing is left behind', async () => {
  for (const line of [/fsync of 4 KiB/, /creating a world/, /opening accounts/]) {
    const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
    try {
      const ended = await interruptAfter(line, folder, '--paced', '20');
      assert.deepEqual(
        ended,
        { code: 1, signal: null, complaint: 'bench: stopped by SIGINT\n', left: [] },
        `${line}`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

test('a server starts with or without the lab as requested, and accepts withdrawals', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const storage = await Storage.create('sqlite', folder);
  try {
    for (const lab of [true, false]) {
      const progress = new Progress(() => {});
      const subject = new Subject('this', thisCheckout(), storage, progress);
      await withDemo(subject, progress, lab, async (server, keys) => {
        const client = new OperatorClient(server.operatorPort);
        try {
          const faults = client.get('/operator/v1/lab/faults');
          if (lab) assert.deepEqual(JSON.parse(await faults), { faults: [] });
          else await assert.rejects(faults, /404/);
        } finally {
          client.close();
        }
        const load = { ...withdrawals(server, keys, { requests: 20 }), warmupMs: 0 };
        assert.deepEqual((await runLoad(load)).errors, {});
      });
    }
  } finally {
    await storage.remove();
    rmSync(folder, { recursive: true });
  }
});

async function withDemo(
  subject: Subject,
  progress: Progress,
  lab: boolean,
  use: (server: ServerProcess, keys: readonly SigningKey[]) => Promise<void>,
): Promise<void> {
  await subject.withEmptyPlace(async (place) => {
    const server = await subject.start(place, { demo: true, lab });
    try {
      await use(server, await seedAccounts(server, 2, progress, true));
    } finally {
      await server.kill();
    }
  });
}

test('the books that yardsticks write directly into the database pass verification', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const storage = await Storage.create('sqlite', folder);
  const subject = new Subject('this', thisCheckout(), storage, new Progress(() => {}));
  try {
    await subject.withCopy(2, async (place) => {
      const database = join(place.dataFolder, 'bursar.sqlite');
      writeHistories(place.dataFolder, [{ email: emailOf(0), rows: 20 }]);
      assert.ok(rawLedgerWrites(database, 1) > 0);
      const server = await subject.start(place);
      const client = new OperatorClient(server.operatorPort);
      try {
        const report = JSON.parse(await client.get('/operator/v1/integrity')) as { ok: boolean };
        assert.equal(report.ok, true, JSON.stringify(report));
      } finally {
        client.close();
        await server.kill();
      }
    });
  } finally {
    await storage.remove();
    rmSync(folder, { recursive: true });
  }
});
