/** The verdict distinguishes a client that pays twice from one that does not, after every fault and in both dialects. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseDecimal } from '../../src/contract/decimal.ts';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { isOfKind } from '../../src/lab/operations.ts';
import { presets } from '../../src/lab/presets.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { eventually } from '../support/eventually.ts';
import { type Credentials, signQuery } from '../support/exchange.ts';
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
  const credit = { asset: 'ETH', amount: '1000', reason: 'a test' };
  const credited = await lab.exchange.operator('POST', `/accounts/${lab.alice.email}/credit`, credit);
  assert.equal(credited.status, 200, credited.text);
});
after(() => lab.exchange.close());

let lastCase = 0;

async function newKey(email = lab.alice.email): Promise<Credentials> {
  const made = await lab.exchange.operator('POST', `/accounts/${email}/api-keys`, {});
  assert.equal(made.status, 201, made.text);
  const { apiKey, secretKey } = made.body;
  return { apiKey, secretKey };
}

/** Each client has a key of its own, and its payments have an amount of their own. */
async function rehearsal(
  preset: string,
  dialect: DialectName,
  lookups: DialectName = dialect,
): Promise<Rehearsal> {
  lastCase += 1;
  const number = lastCase;
  const amount = `0.${10_000 + number}`;
  return {
    lab,
    credentials: await newKey(),
    dialect,
    lookups,
    preset,
    amount,
    orderId: `case-${number}`,
  };
}

const problemOf = createSchemaCheck(operationNamed('getLabVerdict').reply);

/** The verdict on a client, when the request that was hit has been answered. */
async function verdictOn({ credentials }: Pick<Rehearsal, 'credentials'>) {
  const { body, text } = await eventually(
    () => lab.exchange.operator('GET', `/lab/verdict?apiKey=${credentials.apiKey}`),
    ({ body: { incidents } }) =>
      incidents?.length > 0 &&
      incidents.every(({ sentence }: { readonly sentence: string }) => !/is still delayed/.test(sentence)),
  );
  assert.equal(problemOf(body), null, text);
  return body;
}

/** The number of stored withdrawals of this amount. */
async function storedOf({ amount }: Rehearsal): Promise<number> {
  const rows = await lab.exchange.server.reads.withdrawals(
    lab.alice.accountId,
    { asset: 'ETH' },
    { limit: 10_000, offset: 0 },
  );
  return rows.filter((row) => row.amount === BigInt(amount.slice(2)) * 1000n).length;
}

const applicable = presets.filter(({ appliesTo }) => isOfKind(withdraw, appliesTo));

// Concurrency is limited: a client that ignores Retry-After must be back within a second.
describe('every preset that applies to withdrawals', { concurrency: 8 }, () => {
  for (const { name } of applicable)
    for (const [dialect, lookups] of [
      ['wapi', 'sapi'],
      ['sapi', 'wapi'],
      ['localentity', 'localentity'],
    ] as const) {
      test(`${name}, ${dialect}: a client that looks up and repeats is judged right`, async () => {
        const run = await rehearsal(name, dialect, lookups);
        await rightClient(run);
        const { verdict, incidents } = await verdictOn(run);
        assert.equal(verdict, 'right', JSON.stringify(incidents));
        assert.equal(await storedOf(run), 1);
      });

      test(`${name}, ${dialect}: a client that pays under a new id is judged wrong`, async () => {
        const run = await rehearsal(name, dialect, lookups);
        await wrongClient(run);
        const { verdict, incidents } = await verdictOn(run);
        assert.equal(verdict, 'wrong', JSON.stringify(incidents));
        const [{ actions, sentence }] = incidents;
        assert.ok(sentence.length > 20);
        // The first withdrawal fails at a time of its own.
        if (name === 'chain-failure') return;
        const isPaidTwice = (await storedOf(run)) === 2;
        assert.equal(actions.includes('paid-twice'), isPaidTwice, JSON.stringify(incidents));
        assert.equal(incidents[0].done === 'done', isPaidTwice);
      });
    }
});

describe('actions of the client after the fault', { concurrency: true }, () => {
  const again = (run: Rehearsal) => submit(run, `${run.orderId}-again`);
  const inUpperCase = {
    get exchange() {
      return lab.exchange;
    },
    order: (more: object) => {
      const order = lab.order(more);
      return { ...order, address: `0x${order.address.slice(2).toUpperCase()}` };
    },
  } as LabWorld;
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
      'looked up another order id, which proves nothing',
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
      'looked up too early only, which tells nothing',
      'commit-then-504-history-lag',
      async (run) => {
        assert.equal(await isShown(run, run.orderId), false);
      },
      'open',
      ['looked-up'],
    ],
    [
      'looked up, and got a page that is none',
      'commit-then-504',
      async (run) => {
        const ending = { kind: 'status', status: 200, body: 'html' };
        const on = { operation: 'withdrawHistory', apiKey: run.credentials.apiKey };
        const id = await lab.fault({ on, do: { position: 'after', ending } });
        assert.equal(await isShown(run, run.orderId), false);
        assert.equal((await lab.faultNamed(id)).fired, 1);
      },
      'open',
      ['did-nothing'],
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
    [
      'repeated, and another worker paid under a new id, with the address in other letters',
      'commit-then-504',
      async (run) => {
        await submit(run, run.orderId);
        await submit({ ...run, lab: inUpperCase }, `${run.orderId}-again`);
      },
      'wrong',
      ['repeated-with-new-id', 'paid-twice'],
    ],
  ];
  for (const [name, preset, act, verdict, actions] of cases)
    for (const dialect of ['wapi', 'sapi', 'localentity'] as const)
      test(`${name} (${dialect})`, async () => {
        const run = await rehearsal(preset, dialect);
        await submitIntoFault(run);
        await act(run);
        const report = await verdictOn(run);
        assert.equal(report.incidents[0].verdict, verdict, JSON.stringify(report));
        assert.deepEqual(report.incidents[0].actions, actions, JSON.stringify(report));
      });

  for (const preset of ['slow-success', 'late-start'])
    test(`left before the late reply, and did nothing (${preset})`, async () => {
      const run = await rehearsal(preset, 'sapi');
      await submitIntoFault(run);
      // The server may learn that its client has left after it has made the reply.
      const report = await eventually(
        () => verdictOn(run),
        ({ incidents: [incident] }) => /its client left before the late reply/.test(incident?.sentence),
      );
      assert.equal(report.verdict, 'open', JSON.stringify(report));
      assert.deepEqual(report.incidents[0].actions, ['did-nothing'], JSON.stringify(report));
    });

  test('a history of answered withdrawals is no look-up for one without answers', async () => {
    const run = await rehearsal('commit-then-504', 'sapi', 'localentity');
    await submitIntoFault(run);
    assert.equal(await isShown(run, run.orderId), false);
    assert.deepEqual((await verdictOn(run)).incidents[0].actions, ['did-nothing']);
    await isShown({ ...run, lookups: 'sapi' }, run.orderId);
    assert.deepEqual((await verdictOn(run)).incidents[0].actions, ['looked-up']);
  });

  test('without order ids, the same payment again is paid twice', async () => {
    const run = await rehearsal('commit-then-504', 'wapi');
    await submitIntoFault(run, '');
    await submit(run, undefined);
    const { incidents } = await verdictOn(run);
    assert.deepEqual(incidents[0].actions, ['repeated-with-new-id', 'paid-twice']);
    assert.equal(incidents[0].requests.length, 2);
  });

  test('a payment that another process has submitted again is paid twice', async () => {
    const run = await rehearsal('commit-then-504', 'sapi');
    await submitIntoFault(run);
    await isShown(run, run.orderId);
    // The withdrawal is stored, but by no request of this process.
    const stored = await lab.exchange.server.commands.submit('submitWithdrawal', {
      accountId: lab.alice.accountId,
      asset: 'ETH',
      address: lab.order({}).address,
      amount: parseDecimal(run.amount) ?? assert.fail(),
    });
    assert.ok('done' in stored, JSON.stringify(stored));
    const { verdict, incidents } = await verdictOn(run);
    assert.equal(verdict, 'wrong', JSON.stringify(incidents));
    assert.deepEqual(incidents[0].actions, ['repeated-with-new-id', 'paid-twice']);
    assert.match(
      incidents[0].sentence,
      /by a request that is not in the log of this process: it was paid twice/,
    );
  });

  test('a repetition whose reply is lost is judged together with the first withdrawal', async () => {
    const run = await rehearsal('commit-then-504', 'wapi');
    assert.equal((await submit(run, run.orderId))?.status, 200);
    await submitIntoFault(run);
    await again(run);
    assert.equal(await storedOf(run), 2);
    const { incidents } = await verdictOn(run);
    assert.deepEqual(incidents[0].actions, ['repeated-with-new-id', 'paid-twice']);
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

  test('a failed withdrawal may be submitted again under a new id', async () => {
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

test('a fault that hits a read is judged right', async () => {
  const headers = { headers: { 'bursar-fault': '504-then-nothing' } };
  const end = await lab.send('GET', '/wapi/v3/accountStatus.html', {}, headers);
  assert.ok(end.kind === 'reply' && end.status === 504);
  const { body } = await lab.exchange.operator('GET', `/lab/verdict?apiKey=${lab.alice.apiKey}`);
  assert.equal(body.incidents.at(-1).verdict, 'right');
});

describe('operations other than withdrawals', { concurrency: true }, () => {
  const transfer = '/sapi/v1/sub-account/universalTransfer';
  const spot = { fromAccountType: 'SPOT', toAccountType: 'SPOT', asset: 'ETH' };
  const subToSub = '/sapi/v1/sub-account/transfer/subToSub';
  const newKeyPath = '/sapi/v1/sub-account/subAccountApi';
  const cases: readonly (readonly [
    name: string,
    who: string,
    path: string,
    first: Readonly<Record<string, string>>,
    again: Readonly<Record<string, string>>,
    verdict: string,
    actions: readonly string[],
    sentence: RegExp,
  ])[] = [
    [
      'a transfer that is repeated with the same clientTranId is moved once',
      'demo',
      transfer,
      { ...spot, amount: '0.01', clientTranId: 'same' },
      { ...spot, amount: '0.010', clientTranId: 'same' },
      'right',
      ['repeated'],
      /; the repetition had no further effect\.$/,
    ],
    [
      'a transfer that is repeated with another clientTranId is moved twice',
      'demo',
      transfer,
      { ...spot, amount: '0.02', clientTranId: 'one' },
      { ...spot, amount: '0.02', clientTranId: 'other' },
      'wrong',
      ['repeated-with-new-id', 'done-twice'],
      /executed more than once/,
    ],
    [
      'a transfer that is repeated without its clientTranId is moved twice',
      'demo',
      transfer,
      { ...spot, amount: '0.03', clientTranId: 'three' },
      { ...spot, amount: '0.03' },
      'wrong',
      ['repeated-with-new-id', 'done-twice'],
      /executed more than once/,
    ],
    [
      'another spelling of the amount is the same transfer',
      'demo',
      transfer,
      { ...spot, amount: '4' },
      { ...spot, amount: '4.0' },
      'wrong',
      ['repeated', 'done-twice'],
      /executed more than once/,
    ],
    [
      'clientTranId has no effect on other transfers',
      'alice',
      subToSub,
      { asset: 'ETH', amount: '0.05', clientTranId: 'five' },
      { asset: 'ETH', amount: '0.05', clientTranId: 'five' },
      'wrong',
      ['repeated', 'done-twice'],
      /executed more than once/,
    ],
    [
      'each creation of a key makes another one',
      'demo',
      newKeyPath,
      { apiName: 'bot', status: '1' },
      { apiName: 'bot', status: '1' },
      'wrong',
      ['repeated', 'done-twice'],
      /executed more than once/,
    ],
  ];
  for (const [name, who, path, first, again, verdict, actions, sentence] of cases)
    test(name, async () => {
      const credentials = await newKey(`${who}@example.com`);
      const other = { [path === newKeyPath ? 'email' : 'toEmail']: lab.bob.email };
      const send = (query: object, headers: Readonly<Record<string, string>> = {}) => {
        const signed = signQuery(credentials, { ...query, ...other });
        const init = { method: 'POST', headers: { 'X-MBX-APIKEY': credentials.apiKey, ...headers } };
        return fetch(`${lab.exchange.url}${path}?${signed}`, init);
      };
      const lost = await send(first, { 'bursar-fault': 'commit-then-504' });
      assert.equal(lost.status, 504, await lost.text());
      const repeated = await send(again);
      assert.equal(repeated.status, 200, await repeated.text());
      const report = await verdictOn({ credentials });
      assert.equal(report.verdict, verdict, JSON.stringify(report));
      assert.deepEqual(report.incidents[0].actions, actions);
      assert.match(report.incidents[0].sentence, sentence);
    });
});

// Cases run after the others: this look-up would count for all withdrawals of the account.
for (const [dialect, path] of [
  ['wapi', '/wapi/v3/withdrawHistory.html'],
  ['sapi', '/sapi/v1/capital/withdraw/history'],
] as const)
  test(`a page that other withdrawals have filled is no look-up (${dialect})`, async () => {
    const run = await rehearsal('commit-then-504', dialect);
    await submitIntoFault(run);
    const look = async (limit: number) => {
      const reply = await lab.exchange.signed(run.credentials, 'GET', path, { limit });
      assert.equal(reply.status, 200, reply.text);
      return (await verdictOn(run)).incidents[0].actions;
    };
    await submit({ ...run, amount: '0.6' }, `${run.orderId}-other`);
    assert.deepEqual(await look(1), ['did-nothing']);
    assert.deepEqual(await look(1000), ['looked-up']);
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

test('without incidents the verdict is open', async () => {
  const { body } = await lab.exchange.operator('GET', '/lab/verdict?apiKey=nobody');
  assert.deepEqual([body.verdict, body.incidents], ['open', []]);
});
