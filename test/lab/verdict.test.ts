/** The verdict tells a client that pays twice from one that does not, after every fault and in both dialects. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { isOfKind } from '../../src/lab/operations.ts';
import { presets } from '../../src/lab/presets.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { eventually } from '../support/eventually.ts';
import { type LabWorld, openLab } from './lab-world.ts';
import {
  type DialectName,
  isShown,
  type Rehearsal,
  rightClient,
  submit,
  submitIntoFault,
  wrongClient,
} from './rehearsal-clients.ts';

let lab: LabWorld;
before(async () => {
  lab = await openLab();
});
after(() => lab.exchange.close());

let lastCase = 0;

/** Each client has a key of its own, and its payments have an amount of their own. */
async function rehearsal(
  preset: string,
  dialect: DialectName,
  lookups: DialectName = dialect,
): Promise<Rehearsal> {
  lastCase += 1;
  const number = lastCase;
  const made = await lab.exchange.operator('POST', `/accounts/${lab.alice.email}/api-keys`, {});
  assert.equal(made.status, 201, made.text);
  const { apiKey, secretKey } = made.body;
  const amount = `0.${10_000 + number}`;
  return {
    lab,
    credentials: { apiKey, secretKey },
    dialect,
    lookups,
    preset,
    amount,
    orderId: `case-${number}`,
  };
}

const problemOf = createSchemaCheck(operationNamed('getLabVerdict').reply);

/** The verdict on a client, when the request that was hit has been answered. */
async function verdictOn({ credentials }: Rehearsal) {
  const { body, text } = await eventually(
    () => lab.exchange.operator('GET', `/lab/verdict?apiKey=${credentials.apiKey}`),
    (reply) => reply.body.incidents?.length === 1,
  );
  assert.equal(problemOf(body), null, text);
  return body;
}

/** How many withdrawals of this amount are stored. */
async function storedOf({ amount }: Rehearsal): Promise<number> {
  const rows = await lab.exchange.server.reads.withdrawals(
    lab.alice.accountId,
    { asset: 'ETH' },
    { limit: 10_000, offset: 0 },
  );
  return rows.filter((row) => row.amount === BigInt(amount.slice(2)) * 1000n).length;
}

const applicable = presets.filter(({ appliesTo }) => isOfKind(withdraw, appliesTo));

// Not all at once: a client that ignores Retry-After must be back within a second.
describe('every preset that applies to withdrawals', { concurrency: 8 }, () => {
  for (const { name } of applicable)
    for (const [dialect, lookups] of [
      ['wapi', 'sapi'],
      ['sapi', 'wapi'],
    ] as const) {
      test(`${name}, ${dialect}: the right client`, async () => {
        const run = await rehearsal(name, dialect, lookups);
        await rightClient(run);
        const { verdict, incidents } = await verdictOn(run);
        assert.equal(verdict, 'right', JSON.stringify(incidents));
        assert.equal(await storedOf(run), 1);
      });

      test(`${name}, ${dialect}: the wrong client`, async () => {
        const run = await rehearsal(name, dialect, lookups);
        await wrongClient(run);
        const { verdict, incidents } = await verdictOn(run);
        assert.equal(verdict, 'wrong', JSON.stringify(incidents));
        const [{ actions, sentence }] = incidents;
        assert.ok(sentence.length > 20);
        // The first one fails at a time of its own.
        if (name === 'chain-failure') return;
        const isPaidTwice = (await storedOf(run)) === 2;
        assert.equal(actions.includes('paid-twice'), isPaidTwice, JSON.stringify(incidents));
        assert.equal(incidents[0].done === 'done', isPaidTwice);
      });
    }
});

describe('what the client did next', { concurrency: true }, () => {
  const again = (run: Rehearsal) => submit(run, `${run.orderId}-again`);
  const cases: readonly (readonly [
    name: string,
    preset: string,
    act: (run: Rehearsal) => Promise<unknown>,
    verdict: string,
    actions: readonly string[],
  ])[] = [
    ['nothing', 'commit-then-504', async () => {}, 'open', ['did-nothing']],
    ['looked up only', 'commit-then-504', (run) => isShown(run, run.orderId), 'right', ['looked-up']],
    [
      'looked up another order id, which tells nothing',
      'commit-then-504',
      (run) => isShown(run, 'other'),
      'open',
      ['did-nothing'],
    ],
    ['repeated only', 'commit-then-504', (run) => submit(run, run.orderId), 'right', ['repeated']],
    [
      'looked up, saw nothing, and paid under a new id',
      '504-then-nothing',
      async (run) => {
        assert.equal(await isShown(run, run.orderId), false);
        await again(run);
      },
      'right',
      ['looked-up', 'repeated-with-new-id'],
    ],
    [
      'looked up, ignored what it saw, and paid under a new id',
      'commit-then-504',
      async (run) => {
        assert.equal(await isShown(run, run.orderId), true);
        await again(run);
      },
      'wrong',
      ['repeated-with-new-id', 'paid-twice'],
    ],
    [
      'looked up too early, saw nothing, and paid under a new id',
      'commit-then-504-history-lag',
      async (run) => {
        assert.equal(await isShown(run, run.orderId), false);
        await again(run);
      },
      'wrong',
      ['repeated-with-new-id', 'paid-twice'],
    ],
    [
      'paid under a new id, and looked up too late',
      '504-then-nothing',
      async (run) => {
        await again(run);
        await isShown(run, run.orderId);
      },
      'wrong',
      ['repeated-with-new-id'],
    ],
    [
      'repeated, and a second worker paid under a new id',
      'commit-then-reset',
      async (run) => {
        await Promise.all([submit(run, run.orderId), again(run)]);
      },
      'wrong',
      ['repeated-with-new-id', 'paid-twice'],
    ],
    [
      'paid another amount, which is another payment',
      'commit-then-504',
      async (run) => {
        await submit({ ...run, amount: '0.5' }, `${run.orderId}-other`);
      },
      'open',
      ['did-nothing'],
    ],
  ];
  for (const [name, preset, act, verdict, actions] of cases)
    for (const dialect of ['wapi', 'sapi'] as const)
      test(`${name} (${dialect})`, async () => {
        const run = await rehearsal(preset, dialect);
        await submitIntoFault(run);
        await act(run);
        const report = await verdictOn(run);
        assert.equal(report.verdict, verdict, JSON.stringify(report));
        assert.deepEqual(report.incidents[0].actions, actions, JSON.stringify(report));
      });

  test('without order ids, the same payment again is paid twice', async () => {
    const run = await rehearsal('commit-then-504', 'wapi');
    await submitIntoFault(run, '');
    await submit(run, undefined);
    const { incidents } = await verdictOn(run);
    assert.deepEqual(incidents[0].actions, ['repeated-with-new-id', 'paid-twice']);
    assert.equal(incidents[0].requests.length, 2);
  });

  test('the same payment of another account is another payment', async () => {
    const run = await rehearsal('commit-then-504', 'sapi');
    await submitIntoFault(run);
    await submit({ ...run, credentials: lab.bob }, `${run.orderId}-again`);
    assert.equal((await verdictOn(run)).verdict, 'open');
  });

  test('another key of the account may look up and repeat', async () => {
    const run = await rehearsal('commit-then-504', 'sapi');
    await submitIntoFault(run);
    await submit({ ...run, credentials: lab.alice }, run.orderId);
    assert.equal((await verdictOn(run)).verdict, 'right');
  });

  test('what failed may be paid again, but not while it may still be paid', async () => {
    const run = await rehearsal('commit-then-504', 'sapi');
    await submitIntoFault(run);
    await isShown(run, run.orderId);
    const { incidents } = await verdictOn(run);
    const path = `/withdrawals/${incidents[0].withdrawalId}/fail`;
    const failed = await lab.exchange.operator('POST', path, { reason: 'a test' });
    assert.equal(failed.status, 200, failed.text);
    await again(run);
    const report = await verdictOn(run);
    assert.equal(report.verdict, 'right', JSON.stringify(report));
  });
});

test('a read may be repeated at any time', async () => {
  const run = await rehearsal('504-then-nothing', 'wapi');
  const headers = { headers: { 'bursar-fault': '504-then-nothing' } };
  const end = await lab.send('GET', '/wapi/v3/accountStatus.html', {}, headers);
  assert.ok(end.kind === 'reply' && end.status === 504);
  const { body } = await lab.exchange.operator('GET', `/lab/verdict?apiKey=${lab.alice.apiKey}`);
  assert.equal(body.incidents.at(-1).verdict, 'right');
  assert.notEqual(run.orderId, '');
});

test('JUnit XML has a test case for each incident, and only those after a request if asked', async () => {
  const run = await rehearsal('commit-then-504', 'wapi');
  await submitIntoFault(run, `<&"'${run.orderId}`);
  await submit(run, `]]>${run.orderId}`);
  const path = `/lab/verdict?format=junit&apiKey=${run.credentials.apiKey}`;
  const { text, headers } = await lab.exchange.operator('GET', path);
  assert.match(String(headers.get('content-type')), /^application\/xml/);
  assert.match(text, /<testsuite name="bursar.lab" tests="1" failures="1" errors="0" skipped="0">/);
  assert.match(text, /<failure type="paid-twice" message="[^"<]*\(\]\]&gt;case-/);
  const { incidents } = await verdictOn(run);
  const none = await lab.exchange.operator('GET', `${path}&after=${incidents[0].requestNumber}`);
  assert.match(none.text, /tests="0"/);
});

test('without incidents nothing is proved', async () => {
  const { body } = await lab.exchange.operator('GET', '/lab/verdict?apiKey=nobody');
  assert.deepEqual([body.verdict, body.incidents], ['open', []]);
});
