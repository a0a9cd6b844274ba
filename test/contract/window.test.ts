/** seed: timestamp < serverTime + 1000 && serverTime - timestamp <= recvWindow, literally, through the running server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer/index.ts';
import { assertRefused, ContractWorld, type Reply } from './contract-world.ts';

const operation = customerOperations.accountStatus;
let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

const ask = (timing: string): Promise<Reply> => world.call({ operation, timing });
/** Far from the bounds, so that the clock may go on while the request is under way. */
const slackMs = 400;

test('what is younger than recvWindow is taken, by default 5000', async () => {
  assert.equal((await ask(`timestamp=${Date.now() - 5000 + slackMs}`)).status, 200);
  assertRefused(await ask(`timestamp=${Date.now() - 5001}`), 'timestamp-outside-window');
  assert.equal((await ask(`recvWindow=9000&timestamp=${Date.now() - 9000 + slackMs}`)).status, 200);
  assertRefused(await ask(`recvWindow=9000&timestamp=${Date.now() - 9001}`), 'timestamp-outside-window');
  assertRefused(await ask(`recvWindow=0&timestamp=${Date.now() - 1}`), 'timestamp-outside-window');
  assert.equal((await ask(`recvWindow=&timestamp=${Date.now() - 4000}`)).status, 200);
});

test('less than a second ahead is taken, a second and more is not', async () => {
  assert.equal((await ask(`timestamp=${Date.now() + 1000 - slackMs}`)).status, 200);
  assertRefused(await ask(`timestamp=${Date.now() + 1000 + slackMs}`), 'timestamp-outside-window', {
    ahead: 1,
  });
});

test('60000 is the largest recvWindow', async () => {
  assert.equal((await ask(`recvWindow=60000&timestamp=${Date.now() - 60_000 + slackMs}`)).status, 200);
  assertRefused(await ask(`recvWindow=60001&timestamp=${Date.now()}`), 'recv-window-too-large');
});

test('the timing may be in the body, and the query wins', async () => {
  const withdrawal = { operation: customerOperations.withdraw, query: 'asset=NOPE&address=x&amount=1' };
  const inBody = await world.call({ ...withdrawal, timing: '', body: `timestamp=${Date.now()}` });
  assertRefused(inBody, 'asset-unknown');
  const both = { ...withdrawal, timing: `timestamp=${Date.now()}`, body: 'timestamp=1&recvWindow=1' };
  assertRefused(await world.call({ ...both, timing: `recvWindow=5000&${both.timing}` }), 'asset-unknown');
  const wrong = { ...withdrawal, timing: 'timestamp=1', body: `timestamp=${Date.now()}` };
  assertRefused(await world.call(wrong), 'timestamp-outside-window');
});

test('what is no number of milliseconds is refused by name', async () => {
  for (const text of ['abc', '-1', '1.5', '0x10', '1e12', '%31%00', '%20', '%FF'])
    for (const name of ['timestamp', 'recvWindow']) {
      const timing =
        name === 'timestamp' ? `timestamp=${text}` : `recvWindow=${text}&timestamp=${Date.now()}`;
      assertRefused(await ask(timing), 'parameter-illegal-characters', {
        parameter: name,
        legalRange: '^[0-9]{1,16}$',
      });
    }
  assertRefused(await ask('timestamp=9007199254740993'), 'parameter-overflow', { parameter: 'timestamp' });
});
