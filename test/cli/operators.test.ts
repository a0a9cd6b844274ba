/** `bursar operator` and `bursar token` against a running server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Page, password } from '../operator/page.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertInvalidUsage, type Finished, runBursar, startBursar } from './command-line.ts';

let exchange: Exchange;
before(async () => {
  exchange = await startExchange();
});
after(() => exchange.close());

const url = () => ['--operator-url', `http://localhost:${exchange.server.operatorPort}`];
const bursar = (...args: readonly string[]) =>
  runBursar(...args, ...url(), '--operator-token', exchange.server.operatorToken);

function accept(secret: string, ...args: readonly string[]): Promise<Finished> {
  const { child, finished } = startBursar('operator', 'accept', secret, ...args, ...url());
  child.stdin.end(`${password}\n`);
  return finished;
}

/** The output of a command that must succeed. */
async function printed(command: Promise<Finished>): Promise<string> {
  const { code, output, errors } = await command;
  assert.deepEqual([code, errors], [0, ''], output);
  return output;
}

test('the link of the start makes the first administrator, whom the bootstrap token can only recover', async () => {
  const secret = (await exchange.server.firstLink()) ?? '';
  assert.match(
    await printed(accept(secret, '--name', 'olga', '--roles', 'viewer')),
    /^olga \(administrator, viewer\)/,
  );
  assert.equal((await new Page(exchange).signIn('olga')).status, 200);
  const again = await accept(secret, '--name', 'eve');
  assert.deepEqual([again.code, again.output], [1, '']);
  assert.match(again.errors, /nothing was done: .* answered 404: There is no such one-time link/);
});

test('an operator is added, gets access, is changed, disabled and enabled', async () => {
  const made = await printed(bursar('operator', 'new', 'bob', '--roles', 'support, treasurer'));
  assert.match(made, /^Operator bob \(support, treasurer\)/);
  const [link = ''] = /http:\/\/localhost:\d+\/accept#bursar_link_\S+$/m.exec(made) ?? [];
  assert.match(await printed(accept(link)), /^bob \(support, treasurer\) can sign in now/);
  assert.match(
    await printed(bursar('operator', 'roles', 'bob', '--roles', 'viewer')),
    /^bob {2}active {2}viewer/,
  );
  assert.match(await printed(bursar('operator', 'disable', 'bob')), /^bob {2}disabled/);
  assert.match(await printed(bursar('operator', 'enable', 'bob')), /^bob {2}active/);
  assert.match(await printed(bursar('operator', 'link', 'bob')), /bursar_link_/);
  const list = JSON.parse(await printed(bursar('operator', 'list', '--json')));
  assert.deepEqual(
    list.operators.map(({ name }: { name: string }) => name),
    ['olga', 'bob'],
  );
});

test('a token is created, listed and revoked by its name', async () => {
  const limits = ['--roles', 'viewer', '--ip-allow-list', '127.0.0.0/8,::1', '--expires-in-days', '30'];
  const made = JSON.parse(await printed(bursar('token', 'new', 'reports', ...limits, '--json')));
  assert.ok(made.expiresAt > Date.now());
  const withToken = [...url(), '--operator-token', made.token];
  const refused = await runBursar('token', 'list', ...withToken);
  assert.match(refused.errors, /answered 403: .*manage-operators, which token:reports \(viewer\)/);
  assert.match(
    await printed(bursar('token', 'list')),
    /^reports {2}viewer {2}from 127\.0\.0\.0\/8, ::1 {2}expires /,
  );
  assert.equal(await printed(bursar('token', 'revoke', 'reports')), 'Token reports is revoked.\n');
  assert.match((await bursar('token', 'revoke', 'reports')).errors, /there is no valid token reports/);
  assert.equal(await printed(bursar('token', 'list')), 'There is no valid API token.\n');
});

test('wrong usage is one line that says what is right', async () => {
  await assertInvalidUsage(/needs an action: .*accept, list/, 'operator');
  await assertInvalidUsage(/did you mean 'bursar operator disable'/, 'operator', 'disabel', 'bob');
  await assertInvalidUsage(
    /--roles must list the roles/,
    'operator',
    'new',
    'bob',
    '--operator-token',
    'x'.repeat(16),
  );
  await assertInvalidUsage(
    /needs a name/,
    'token',
    'new',
    '--roles',
    'viewer',
    '--operator-token',
    'x'.repeat(16),
  );
  await assertInvalidUsage(
    /--name .* only for the link/,
    'operator',
    'accept',
    'bursar_link_x',
    '--name',
    'bob',
  );
  const days = ['--expires-in-days', 'x', '--roles', 'viewer', '--operator-token', 'x'.repeat(16)];
  await assertInvalidUsage(/--expires-in-days must be/, 'token', 'new', 'x', ...days);
});
