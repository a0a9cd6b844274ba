/** The server of `bursar/testing` ends with the tests, however they end, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startBursar } from '../../src/testing/index.ts';
import { eventually } from '../support/eventually.ts';

const limits = { timeout: 120_000 };
const library = new URL('../../src/testing/index.ts', import.meta.url).href;
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-life-'));
});
after(() => rmSync(folder, { recursive: true }));

/** A process of tests that starts a server and then does this. The data of its server is in `folder`. */
function startTests(then: string) {
  const script = `import { startBursar } from ${JSON.stringify(library)};
    const bursar = await startBursar();
    console.log(bursar.url);
    ${then}`;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ReturnType<typeof startTests>): Promise<string> {
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return line;
}

const isRejected = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  );

const dataFolders = () => readdirSync(folder).filter((name) => name.startsWith('bursar-'));

/** Expects that neither the server nor its data is left. */
async function assertNothingLeft(url: string): Promise<void> {
  await eventually(
    async () => ({ isServed: !(await isRejected(url)), folders: dataFolders() }),
    ({ isServed, folders }) => !isServed && folders.length === 0,
  );
}

test('the server ends when the test process is killed', limits, async () => {
  const tests = startTests('setInterval(() => {}, 1000);');
  const url = await firstLine(tests);
  assert.equal(dataFolders().length, 1);
  assert.ok(!(await isRejected(url)));
  tests.kill('SIGKILL');
  await assertNothingLeft(url);
});

test('a server that was never stopped does not keep the tests from ending', limits, async () => {
  const tests = startTests('');
  const ended = once(tests, 'exit');
  const url = await firstLine(tests);
  assert.deepEqual(await ended, [0, null]);
  await assertNothingLeft(url);
});

test(
  'stop ends the server and removes its data, also with `await using`, and may be repeated',
  limits,
  async () => {
    const tests = startTests(`await using other = await startBursar();
    await bursar.stop();
    await bursar.stop();
    await fetch(bursar.url).then(() => process.exit(3), () => {});`);
    const ended = once(tests, 'exit');
    const url = await firstLine(tests);
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(dataFolders(), []);
    assert.ok(await isRejected(url));
  },
);

test('a start that fails says why', limits, async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { readonly port: number };
  try {
    await assert.rejects(startBursar({ port }), {
      name: 'BursarError',
      message: new RegExp(`^Bursar did not start \\(exit code 2\\).*\\n.*Port ${port} is already in use`),
    });
    await assert.rejects(startBursar({ settings: { BURSAR_ERROR_STYLE: 'other' } }), {
      name: 'BursarError',
      message: /BURSAR_ERROR_STYLE must be spec or legacy200/,
    });
    await assert.rejects(startBursar({ settings: { BURSAR_ERROR_STYL: 'spec' } }), {
      name: 'BursarError',
      message: /^A setting is misspelt\.\n.*no setting BURSAR_ERROR_STYL; did you mean BURSAR_ERROR_STYLE\?/,
    });
    // @ts-expect-error: there is no such option
    await assert.rejects(startBursar({ blockMS: 0 }), {
      name: 'BursarError',
      message: /^startBursar has no option blockMS; there are blockMs, port, /,
    });
    await assert.rejects(
      startBursar({ startTimeoutMs: 1 }),
      /not ready within 1 ms; allow more with startTimeoutMs/,
    );
  } finally {
    taken.close();
  }
});

/** The option of Node that runs this before the server. */
const runFirst = (script: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
});

test('other lines on the standard output of the server are skipped', limits, async () => {
  const settings = runFirst("console.log('warming up'); console.log(1); console.log('null');");
  const bursar = await startBursar({ settings });
  assert.match(bursar.url, /^http:/);
  await bursar.stop();
});

test(
  'a server that is not ready in time and does not end does not keep the tests from ending',
  limits,
  async () => {
    const pidFile = join(folder, 'pid');
    const settings = runFirst(`import { writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => {});
    writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
    process.exit();`);
    const script = `import { startBursar } from ${JSON.stringify(library)};
    const start = startBursar({ startTimeoutMs: 3000, settings: ${JSON.stringify(settings)} });
    await start.catch((error) => console.log(error.name));`;
    const tests = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(tests, 'exit');
    assert.equal(await firstLine(tests), 'BursarError');
    assert.deepEqual(await ended, [0, null]);
    // It has not ended before the tests.
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  },
);

test(
  'settings of the environment and options of the test runner do not reach the server',
  limits,
  async () => {
    const names = {
      BURSAR_PORT: '1',
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      NODE_OPTIONS: '--import=none',
    };
    Object.assign(process.env, names);
    try {
      const bursar = await startBursar({ settings: { BURSAR_ERROR_STYLE: 'legacy200' } });
      const reply = await fetch(`${bursar.url}/wapi/v3/accountStatus.html`);
      assert.equal(reply.status, 200);
      await bursar.stop();
    } finally {
      for (const name of Object.keys(names)) delete process.env[name];
    }
  },
);
