/** `bursar key new` against a running server. */
import assert from 'node:assert/strict';
import { createPrivateKey, sign as signWith } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Exchange, type Reply, sign, startExchange } from '../support/exchange.ts';
import { assertInvalidUsage, runBursar } from './command-line.ts';

const account = 'owner@example.com';
let exchange: Exchange;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-keys-'));
  exchange = await startExchange();
  assert.equal((await exchange.operator('POST', '/accounts', { email: account })).status, 201);
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await exchange.close();
});

const reach = () => [
  '--operator-url',
  exchange.operatorUrl,
  '--operator-token',
  exchange.server.operatorToken,
];
const make = (out: string, ...args: readonly string[]) =>
  runBursar('key', 'new', '--account', account, '--out', join(folder, out), ...reach(), ...args);
const keyCount = async () =>
  (await exchange.operator('GET', `/accounts/${account}/api-keys`)).body.apiKeys.length;

function ask(apiKey: string, signatureOf: (query: string) => string): Promise<Reply> {
  const query = `timestamp=${Date.now()}`;
  const target = `/wapi/v3/accountStatus.html?${query}&signature=${encodeURIComponent(signatureOf(query))}`;
  return exchange.request('GET', target, { headers: { 'X-MBX-APIKEY': apiKey } });
}

for (const type of ['ed25519', 'rsa', 'hmac'] as const) {
  test(`${type}: the made key signs, and its file is private`, async () => {
    const { code, output, errors } = await make(`${type}.key`, '--type', type, '--json');
    assert.deepEqual([code, errors], [0, '']);
    const made = JSON.parse(output);
    assert.deepEqual([made.account, made.type, made.file], [account, type, join(folder, `${type}.key`)]);
    assert.equal(made.publicKey === null, type === 'hmac');
    const text = readFileSync(made.file, 'utf8');
    if (process.platform !== 'win32') assert.equal(statSync(made.file).mode & 0o777, 0o600);
    assert.ok(!output.includes(text.trim()), 'the private half is not printed');
    const reply = await ask(made.apiKey, (query) =>
      type === 'hmac'
        ? sign(text.trim(), query)
        : signWith(type === 'rsa' ? 'sha256' : null, Buffer.from(query), createPrivateKey(text)).toString(
            'base64',
          ),
    );
    assert.equal(reply.status, 200, reply.text);
  });
}

test('permissions and addresses are passed on, and the text says where the private key is', async () => {
  const { code, output, errors } = await make('limited.pem', '--permissions', 'reading, trading');
  assert.equal(code, 0, errors);
  assert.match(output, /^API key [A-Za-z0-9]{64} of owner@example\.com \(ed25519\): reading, trading\.\n/);
  assert.ok(output.includes(join(folder, 'limited.pem')));
  const { code: elsewhere } = await make('elsewhere.pem', '--ip-allow-list', '192.0.2.0/24');
  assert.equal(elsewhere, 0);
  const { body } = await exchange.operator('GET', `/accounts/${account}/api-keys`);
  assert.deepEqual(body.apiKeys.at(-1).ipAllowList, ['192.0.2.0/24']);
});

test('an existing file is not replaced, and no key is made', async () => {
  const path = join(folder, 'kept.pem');
  writeFileSync(path, 'precious');
  const earlier = await keyCount();
  for (const type of ['ed25519', 'hmac']) {
    const { code, output, errors } = await make('kept.pem', '--type', type);
    assert.deepEqual([code, output], [2, '']);
    assert.match(errors, /kept\.pem exists and is never replaced; choose another file with --out\n$/);
  }
  assert.deepEqual([readFileSync(path, 'utf8'), await keyCount()], ['precious', earlier]);
});

test('a key that the server refuses leaves no file', async () => {
  const refused: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['--account', 'nobody@example.com'], /no key was made: .* answered 404: .*nobody@example\.com/],
    [['--permissions', 'everything'], /no key was made: .* answered 400: body\.permissions/],
    [['--ip-allow-list', '300.0.0.1'], /no key was made: .* answered 400: body\.ipAllowList/],
    [['--operator-token', 'not-the-operator-token'], /no key was made: .* answered 401: /],
    [
      ['--operator-url', 'http://127.0.0.1:47'],
      /no key was made: http:\/\/127\.0\.0\.1:47: .*is the server running\?/,
    ],
  ];
  for (const [args, says] of refused) {
    const { code, output, errors } = await make('refused.pem', ...args);
    assert.deepEqual([code, output], [1, ''], errors);
    assert.match(errors, says);
    assert.ok(!existsSync(join(folder, 'refused.pem')), errors);
  }
});

test('wrong usage is one line and exit code 2', async () => {
  await assertInvalidUsage(/the only action is 'bursar key new'/, 'key');
  await assertInvalidUsage(/the only action is 'bursar key new'/, 'key', 'old', '--account', account);
  await assertInvalidUsage(/--account must name the account/, 'key', 'new');
  const given = ['key', 'new', '--account', account, '--operator-token', 'x'.repeat(20)];
  await assertInvalidUsage(/--type must be ed25519 or rsa or hmac, not 'dsa'/, ...given, '--type', 'dsa');
  await assertInvalidUsage(/--bits must be 2048 or 4096/, ...given, '--type', 'rsa', '--bits', '1024');
  await assertInvalidUsage(/--bits is only for --type rsa/, ...given, '--bits', '2048');
  await assertInvalidUsage(/--operator-url must be a URL/, ...given, '--operator-url', 'localhost');
  const without = join(folder, 'no-such-folder');
  await assertInvalidUsage(
    /operator token cannot be read/,
    'key',
    'new',
    '--account',
    account,
    '--data',
    without,
  );
});
