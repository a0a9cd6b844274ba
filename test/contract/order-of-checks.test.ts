/**
 * A request that breaks every rule gets the first error; corrected rule by rule, it gets the next, until it succeeds.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ErrorDetails } from '../../src/contract/errors.ts';
import type { ShownErrorId } from '../../src/contract/operation.ts';
import { subAccountTransfer } from '../../src/contract/wapi/sub-account-transfer.ts';
import { createKey, done } from '../support/world.ts';
import { assertRejected, type Call, ContractWorld, type Reply } from './contract-world.ts';

const limit = 50;
const banned = '203.0.113.1';
const spent = '203.0.113.2';
const fresh = '203.0.113.3';
const bannedUntilMs = Date.now() + 3_600_000;

type Attempt = {
  readonly ip: string;
  readonly path: string;
  readonly method: string;
  readonly key: 'malformed' | 'unknown' | 'expired' | 'elsewhere' | 'reader' | 'sub' | 'good';
  readonly timing: () => string;
  readonly signed: boolean;
  readonly contentType: string;
  readonly query: string;
};

type Step = {
  readonly mended: string;
  readonly change: Partial<Attempt>;
  readonly prepare?: () => Promise<unknown>;
  readonly expected: readonly [ShownErrorId, ErrorDetails?];
};

const wrongInAll: Attempt = {
  ip: banned,
  path: '/wapi/v3/sub-account/transfers.html',
  method: 'PUT',
  key: 'malformed',
  timing: () => 'recvWindow=60001&timestamp=1',
  signed: false,
  contentType: 'application/json',
  query: 'fromEmail=stranger%40example.com&toEmail=sub%40example.com&asset=ETH&amount=-1',
};
const good = 'fromEmail=master%40example.com&toEmail=sub%40example.com&asset=ETH&amount=1';

const steps: readonly Step[] = [
  { mended: 'nothing', change: {}, expected: ['too-many-requests', { bannedUntilMs }] },
  {
    mended: 'the ban',
    change: { ip: spent },
    prepare: spendWeight,
    expected: ['too-many-requests', { limit }],
  },
  {
    mended: 'the weight',
    change: { ip: fresh },
    expected: ['path-unknown', { path: '/wapi/v3/sub-account/transfers.html' }],
  },
  {
    mended: 'the path',
    change: { path: '/wapi/v3/sub-account/transfer.html' },
    expected: ['method-not-allowed'],
  },
  { mended: 'the method', change: { method: 'POST' }, expected: ['maintenance'] },
  {
    mended: 'the maintenance',
    change: {},
    prepare: () => world.set({ systemStatus: { status: 0 } }),
    expected: ['key-malformed'],
  },
  { mended: "the key's form", change: { key: 'unknown' }, expected: ['key-rejected'] },
  { mended: 'the key', change: { key: 'expired' }, expected: ['key-rejected'] },
  { mended: "the key's expiry", change: { key: 'elsewhere' }, expected: ['key-rejected'] },
  {
    mended: "the key's addresses",
    change: { key: 'reader' },
    expected: [
      'parameter-invalid',
      { parameter: 'Content-Type', reason: 'a body must be application/x-www-form-urlencoded' },
    ],
  },
  {
    mended: 'the content type',
    change: { contentType: 'application/x-www-form-urlencoded; charset=utf-8' },
    expected: ['recv-window-too-large'],
  },
  {
    mended: 'the window',
    change: { timing: () => 'recvWindow=60000&timestamp=1' },
    expected: ['timestamp-outside-window'],
  },
  {
    mended: 'the timestamp',
    change: { timing: () => `timestamp=${Date.now()}` },
    expected: ['signature-invalid'],
  },
  {
    mended: 'the signature',
    change: { signed: true },
    expected: ['permission-missing'],
  },
  { mended: 'the permission', change: { key: 'sub' }, expected: ['master-only'] },
  {
    mended: 'the account',
    change: { key: 'good' },
    expected: ['parameter-invalid', { parameter: 'amount', reason: 'it must be greater than zero' }],
  },
  {
    mended: 'the parameters',
    change: { query: good.replace('master', 'stranger') },
    expected: ['sub-account-unrelated'],
  },
];

let world: ContractWorld;
let keys: Record<Attempt['key'], NonNullable<Call['key']>>;

before(async () => {
  world = await ContractWorld.start(['--weight-per-minute', String(limit), '--trust-proxy', '1']);
  const { server } = world.exchange;
  const { email } = world.master;
  keys = {
    malformed: { apiKey: 'short' },
    unknown: { apiKey: 'B'.repeat(64) },
    expired: await createKey(server, email, { expiresAtMs: Date.now() - 1 }),
    elsewhere: await createKey(server, email, { ipAllowList: ['192.0.2.0/24', '2001:db8::1'] }),
    reader: await createKey(server, email, { permissions: ['reading'], ipAllowList: ['203.0.113.0/24'] }),
    sub: world.sub,
    good: world.master,
  };
  const ban = { ip: banned, bannedUntilMs, offences: 1, lastOffenceMs: Date.now() };
  await done(server.commands.submit('recordBan', ban));
  await world.set({ systemStatus: { status: 1 } });
});
after(() => world.close());

/** Spends exactly what is left, also if a repeat finds a part spent: too many requests would end in a ban. */
async function spendWeight(): Promise<void> {
  const ping = { method: 'GET', target: '/api/v3/ping', headers: { 'x-forwarded-for': spent } };
  let used = 0;
  while (used < limit) used = Number((await world.send(ping)).headers['x-mbx-used-weight-1m']);
}

function send({ ip, contentType, key, timing, signed, ...attempt }: Attempt): Promise<Reply> {
  const call: Call = {
    operation: subAccountTransfer,
    ...attempt,
    key: keys[key],
    timing: timing(),
    body: 'amount=-1',
    headers: { 'x-forwarded-for': ip, 'content-type': contentType },
    ...(!signed && { signature: '0'.repeat(64) }),
  };
  return world.call(call);
}

/** Repeats if the minute, and therefore the weight window, changed meanwhile. */
async function take(attempt: Attempt, prepare: Step['prepare']): Promise<{ reply: Reply; stored: string }> {
  for (;;) {
    const minute = Math.floor(Date.now() / 60_000);
    await prepare?.();
    const stored = await world.digest();
    const reply = await send(attempt);
    if (minute === Math.floor(Date.now() / 60_000)) return { reply, stored };
  }
}

test('the first failed check determines the error: ban, weight, route, maintenance, key … command', async (context) => {
  let attempt = wrongInAll;
  for (const { mended, change, prepare, expected } of steps) {
    await context.test(`${expected[0]} after correcting ${mended}`, async () => {
      attempt = { ...attempt, ...change };
      const { reply, stored } = await take(attempt, prepare);
      assertRejected(reply, ...expected);
      assert.equal(await world.digest(), stored, 'nothing was written');
    });
  }
  const reply = await send({ ...attempt, query: good });
  assert.equal(reply.status, 200, reply.text);
});
