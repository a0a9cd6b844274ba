/** spec: timestamp < serverTime + 1000 && serverTime - timestamp <= recvWindow, literally, on a running server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serverTime } from '../../src/contract/api/server-time.ts';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { goodQueryOf } from './calls.ts';
import { assertRejected, ContractWorld, type Reply } from './contract-world.ts';
import { frozenApi } from './frozen-api.ts';

const operation = accountStatus;
let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

const ask = (timing: string): Promise<Reply> => world.call({ operation, timing });
/** Distance from the bounds that allows for the duration of the request. */
const slackMs = 400;

const apiAt = (nowMs: number, wireAheadMs = 0) => frozenApi(world, { nowMs, wireAheadMs });

test('the bounds are exact to the millisecond', async () => {
  const nowMs = 1_510_903_211_000;
  const api = await apiAt(nowMs);
  const ask = async (timing: string) => (await api({ operation, timing })).status;
  assert.equal(await ask(`timestamp=${nowMs + 999}`), 200);
  assert.equal(await ask(`timestamp=${nowMs + 1000}`), 400);
  assert.equal(await ask(`timestamp=${nowMs - 5000}`), 200);
  assert.equal(await ask(`timestamp=${nowMs - 5001}`), 400);
  assert.equal(await ask(`timestamp=${nowMs - 60_000}&recvWindow=60000`), 200);
  assert.equal(await ask(`timestamp=${nowMs - 60_001}&recvWindow=60000`), 400);
  assert.equal(await ask(`timestamp=${nowMs}&recvWindow=0`), 200);
  assert.equal(await ask(`timestamp=${nowMs - 1}&recvWindow=0`), 400);
});

test('the time window and the server time use wire time, not world time', async () => {
  const wireMs = 1_510_903_211_000;
  const api = await apiAt(wireMs - 86_400_000, 86_400_000);
  assert.equal((await api({ operation, timing: `timestamp=${wireMs}` })).status, 200);
  assert.equal((await api({ operation, timing: `timestamp=${wireMs - 86_400_000}` })).status, 400);
  const { body } = await api({ operation: serverTime });
  assert.deepEqual(JSON.parse(body), { serverTime: wireMs });
});

test('the window is checked against the clock again before the commit', async () => {
  const nowMs = Date.now() - 6000;
  const api = await apiAt(nowMs);
  const stored = await world.digest();
  const call = { operation: withdraw, query: goodQueryOf(withdraw) };
  const late = await api({ ...call, timing: `timestamp=${nowMs}` });
  assert.deepEqual([late.status, JSON.parse(late.body).code], [400, -1021]);
  assert.equal(await world.digest(), stored);
  const inTime = await api({ ...call, timing: `timestamp=${nowMs}&recvWindow=60000` });
  assert.equal(inTime.status, 200, inTime.body);
});

test('a timestamp younger than recvWindow (default 5000) is accepted', async () => {
  assert.equal((await ask(`timestamp=${Date.now() - 5000 + slackMs}`)).status, 200);
  assertRejected(await ask(`timestamp=${Date.now() - 5001}`), 'timestamp-outside-window');
  assert.equal((await ask(`recvWindow=9000&timestamp=${Date.now() - 9000 + slackMs}`)).status, 200);
  assertRejected(await ask(`recvWindow=9000&timestamp=${Date.now() - 9001}`), 'timestamp-outside-window');
  assertRejected(await ask(`recvWindow=0&timestamp=${Date.now() - 1}`), 'timestamp-outside-window');
  assert.equal((await ask(`recvWindow=&timestamp=${Date.now() - 4000}`)).status, 200);
});

test('a timestamp less than a second ahead is accepted, a second or more is not', async () => {
  assert.equal((await ask(`timestamp=${Date.now() + 1000 - slackMs}`)).status, 200);
  assertRejected(await ask(`timestamp=${Date.now() + 1000 + slackMs}`), 'timestamp-outside-window', {
    ahead: 1,
  });
});

test('60000 is the largest recvWindow', async () => {
  assert.equal((await ask(`recvWindow=60000&timestamp=${Date.now() - 60_000 + slackMs}`)).status, 200);
  assertRejected(await ask(`recvWindow=60001&timestamp=${Date.now()}`), 'recv-window-too-large');
});

test('the timing may be in the body, and the query wins', async () => {
  const withdrawal = { operation: withdraw, query: 'asset=NOPE&address=x&amount=1' };
  const inBody = await world.call({ ...withdrawal, timing: '', body: `timestamp=${Date.now()}` });
  assertRejected(inBody, 'asset-unknown');
  const both = { ...withdrawal, timing: `timestamp=${Date.now()}`, body: 'timestamp=1&recvWindow=1' };
  assertRejected(await world.call({ ...both, timing: `recvWindow=5000&${both.timing}` }), 'asset-unknown');
  const wrong = { ...withdrawal, timing: 'timestamp=1', body: `timestamp=${Date.now()}` };
  assertRejected(await world.call(wrong), 'timestamp-outside-window');
});

test('a timing that is not a number of milliseconds is rejected by name', async () => {
  for (const text of ['abc', '-1', '1.5', '0x10', '1e12', '%31%00', '%20', '%FF'])
    for (const name of ['timestamp', 'recvWindow']) {
      const timing =
        name === 'timestamp' ? `timestamp=${text}` : `recvWindow=${text}&timestamp=${Date.now()}`;
      assertRejected(await ask(timing), 'parameter-illegal-characters', {
        parameter: name,
        legalRange: '^[0-9]{1,16}$',
      });
    }
  assertRejected(await ask('timestamp=9007199254740993'), 'parameter-overflow', { parameter: 'timestamp' });
});
