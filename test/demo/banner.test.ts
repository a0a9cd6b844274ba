import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { describeStart } from '../../src/demo/banner.ts';
import { environmentWithoutSettings } from '../support/environment.ts';
import type { Reply } from '../support/exchange.ts';

const mainPath = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const dataFolder = mkdtempSync(join(tmpdir(), "bursar test's "));
const flags = ['--port', '0', '--operator-port', '0', '--data', dataFolder, '--log-level', 'error'];
const server = spawn(process.execPath, [mainPath, 'start', ...flags, '--block-ms', '50'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let banner = '';

before(async () => {
  for await (const text of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    banner += text;
    if (banner.includes('Ctrl-C stops it.')) return;
  }
  assert.fail(`the server ended after printing: ${banner}`);
});
after(() => {
  server.kill('SIGKILL');
  rmSync(dataFolder, { recursive: true, force: true });
});

/** The commands as one would paste them: from below their title to the end of the block. */
function blockUnder(title: string): string {
  const block = banner.split(`\n${title}`)[1]?.split('\n\n')[1];
  assert.ok(block, `no block under '${title}' in: ${banner}`);
  return block;
}

type Pasted = Pick<Reply, 'body'> & { readonly status: string };

/** Pastes a block into a shell whose curl also prints the status. */
function paste(block: string): Pasted {
  const home = mkdtempSync(join(dataFolder, 'home-'));
  writeFileSync(join(home, '.curlrc'), 'silent\nwrite-out = "%{http_code}"\n');
  const env = { ...process.env, HOME: home, CURL_HOME: home };
  const output = execFileSync('bash', ['-s'], {
    input: `${block}\n`,
    env,
    cwd: '/',
    encoding: 'utf8',
  }).trim();
  return { status: output.slice(-3), body: JSON.parse(output.slice(0, -3)) };
}

test('the printed withdrawal command works unchanged, and the printed history command shows the withdrawal', () => {
  const withdrawn = paste(blockUnder('Withdraw'));
  assert.equal(withdrawn.status, '200');
  const history = paste(blockUnder('Follow its status'));
  assert.equal(history.status, '200');
  assert.ok(history.body.some(({ id }: { id: string }) => id === withdrawn.body.id));
});

test('the printed operator command finds its token from any folder, and the books balance', () => {
  const { status, body } = paste(blockUnder('Verify the books'));
  assert.deepEqual([status, body.ok, body.mismatches], ['200', true, []]);
});

test('the printed rule breaks the reply to the next withdrawal, which is still executed', () => {
  const submitted = () => paste(blockUnder('Follow its status')).body.length;
  const before = submitted();
  const rule = paste(blockUnder('Break the next withdrawal'));
  assert.deepEqual([rule.status, rule.body.do], ['201', 'commit-then-504']);
  assert.throws(() => paste(blockUnder('Withdraw')), SyntaxError, 'the page of a gateway is not JSON');
  assert.equal(submitted(), before + 1);
});

test('without the lab, the start message does not mention it', () => {
  const places = {
    url: 'http://127.0.0.1:1',
    operatorUrl: 'http://127.0.0.1:2',
    tokenFile: null,
    simulated: true,
    firstLink: 'bursar_first_x',
  };
  assert.doesNotMatch(describeStart({ ...places, demo: true, lab: false }), /Break|presets/);
  assert.match(describeStart({ ...places, demo: true, lab: true }), /Break/);
});

test('while there is no administrator, a start prints a command that creates the first one', () => {
  const places = {
    url: 'http://127.0.0.1:1',
    operatorUrl: 'http://127.0.0.1:2',
    tokenFile: null,
    simulated: true,
    lab: false,
  };
  const printed = describeStart({ ...places, demo: false, firstLink: 'bursar_first_x' });
  assert.match(
    printed,
    /operator accept bursar_first_x --name YOUR-NAME --operator-url http:\/\/localhost:2$/m,
  );
  assert.doesNotMatch(describeStart({ ...places, demo: true }), /operator accept/);
  assert.match(banner, /operator accept bursar_first_\S{72} /);
});

test('without demo keys, a start prints neither keys nor commands that need them', () => {
  const places = {
    url: 'http://127.0.0.1:1',
    operatorUrl: 'http://127.0.0.1:2',
    tokenFile: null,
    simulated: true,
    demo: false,
    lab: false,
  };
  const text = describeStart({ ...places, firstLink: 'bursar_first_x' });
  assert.doesNotMatch(text, /apiKey|withdraw\/apply/i);
  assert.match(text, /BURSAR_OPERATOR_TOKEN/);
  const withAdministrator = describeStart(places);
  assert.match(withAdministrator, /only to recover access: there is an administrator$/m);
  assert.doesNotMatch(withAdministrator, /BURSAR_OPERATOR_TOKEN/, 'the token would be refused');
});

test('a stopped server exits with code 0, and a production start on its data with code 2', async () => {
  server.kill('SIGINT');
  assert.deepEqual(await once(server, 'exit'), [0, null]);
  const production = spawn(
    process.execPath,
    [mainPath, 'start', ...flags, '--demo', '0', '--chains', 'simulated'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: environmentWithoutSettings(),
    },
  );
  let complaint = '';
  production.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text;
  });
  assert.deepEqual(await once(production, 'close'), [2, null]);
  assert.match(complaint, /^bursar: this database was opened with the lab, [^\n]*\n$/);
});
