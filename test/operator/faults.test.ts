/** Replies to operators on internal errors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, StoreFault } from '../../src/store/port.ts';
import { injectedOperator } from './injected-operator.ts';

/** Sends a POST request to an operator API of these parts. */
function post(parts: object, target: string, payload: object) {
  return injectedOperator(parts)({ method: 'POST', url: `/operator/v1/${target}`, payload });
}

/** Answers one request with a failing engine. */
async function answerOn(fault: Fault['fault']) {
  const bugs: unknown[] = [];
  const parts = {
    commands: { submit: async () => ({ fault, message: 'row 7 is torn' }) },
    onBug: (error: unknown) => `incident-${bugs.push(error)}`,
  };
  const { statusCode: status, body } = await post(parts, 'accounts', { email: 'a@x.com' });
  return { status, body, bugs };
}

test('work that was not done answers 503, work of unknown outcome 504', async () => {
  const notDone = await answerOn('not-done');
  assert.deepEqual([notDone.status, JSON.parse(notDone.body).code], [503, -1001]);
  const unknown = await answerOn('unknown');
  assert.deepEqual([unknown.status, JSON.parse(unknown.body).code], [504, -1007]);
  assert.deepEqual([...notDone.bugs, ...unknown.bugs], []);
});

test('a bug answers 500 with an incident id, and keeps its cause for the log', async () => {
  const { status, body, bugs } = await answerOn('bug');
  assert.equal(status, 500);
  assert.match(JSON.parse(body).msg, /Incident incident-1\.$/);
  assert.doesNotMatch(body, /torn/);
  assert.match(String(bugs[0]), /torn/);
});

test('a dividend whose preparation fails is not started, whatever the outcome of the failed step', async () => {
  const body = { asset: 'BASE', holdersOf: 'BASE', total: '1', info: '', reason: 'a test' };
  const holders = Array.from({ length: 201 }, (_, index) => ({ accountId: index + 1, free: 1n, held: 0n }));
  const answerAt = async (stuck: string) => {
    const done = { tranId: 1, totalUnits: 1000n };
    const parts = {
      reads: { balancesOfAssetAfter: async () => holders },
      openSnapshot: async () => ({ reads: parts.reads, close: async () => {} }),
      yieldNow: async () => {},
      commands: { submit: async (name: string) => (name === stuck ? { fault: 'unknown' } : { done }) },
    };
    return (await post(parts, 'dividends', body)).statusCode;
  };
  assert.equal(await answerAt('beginDividend'), 503);
  assert.equal(await answerAt('recordDividendShares'), 503);
  assert.equal(await answerAt('startDividend'), 504);
});

test('if the chain fails after the audit entry, the outcome of mining is unknown', async () => {
  const assets = new Map([['ETH', { networks: [{ network: 'ETH' }] }]]);
  const parts = {
    catalog: () => ({ assets, connectors: new Map([['ETH', 'simulated']]) }),
    commands: { submit: async () => ({ done: {} }) },
    chainService: { mineBlocks: async () => Promise.reject(new StoreFault('not-done', 'the disk is full')) },
  };
  const status = async (each: object) =>
    (await post(each, 'chain/blocks', { network: 'ETH', count: 1 })).statusCode;
  assert.equal(await status(parts), 504);
  const before = { ...parts, commands: { submit: async () => ({ fault: 'not-done' }) } };
  assert.equal(await status(before), 503);
});

test('encrypting secrets again has an unknown outcome once one of them is done, wherever it fails', async () => {
  const answerTo = async (outcomes: readonly object[]) => {
    const left = [...outcomes];
    const keys = ['a', 'b'].map((apiKey) => ({ apiKey, encryptedSecret: apiKey }));
    const parts = {
      reads: {
        rows: async (table: string) => (table === 'api_keys' ? keys : []),
        row: async () => undefined,
      },
      reencrypted: (encrypted: string) => ({ encrypted }),
      commands: { submit: async () => left.shift() },
    };
    return (await post(parts, 'secrets/reseal', {})).statusCode;
  };
  const [changed, failed] = [{ done: { changed: true } }, { fault: 'not-done' }];
  assert.equal(await answerTo([failed, failed]), 503);
  assert.equal(await answerTo([changed, failed]), 504);
  assert.equal(await answerTo([failed, changed]), 504);
  assert.equal(await answerTo([changed, changed, failed]), 504);
});
