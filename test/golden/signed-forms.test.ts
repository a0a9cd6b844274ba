/** The forms of a request that a signature may cover, and its times, on running servers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseExposition } from '../operator/exposition.ts';
import { type Exchange, type Reply, sign, startExchange } from '../support/exchange.ts';
import { type Customer, openCustomer } from '../support/world.ts';

const wapi = '/wapi/v3/accountStatus.html';
const sapi = '/sapi/v1/asset/assetDividend';

let lenient: Exchange;
let strict: Exchange;
const customers = new Map<Exchange, Customer>();

before(async () => {
  lenient = await startExchange();
  strict = await startExchange(['--signatures', 'strict']);
  for (const each of [lenient, strict])
    customers.set(each, await openCustomer(each.server, 'forms@example.com'));
});
after(async () => {
  await lenient.close();
  await strict.close();
});

function ask(exchange: Exchange, path: string, sent: string, signed = sent): Promise<Reply> {
  const { apiKey, secretKey } = customers.get(exchange) as Customer;
  const signature = sign(secretKey, signed);
  const headers = { 'X-MBX-APIKEY': apiKey };
  return exchange.request('GET', `${path}?${sent}&signature=${signature}`, { headers });
}

async function counts(exchange: Exchange): Promise<Record<string, number>> {
  const text = await (await fetch(`${exchange.operatorUrl}/metrics`)).text();
  const family = parseExposition(text).get('bursar_signatures_total');
  return Object.fromEntries((family?.series ?? []).map(({ labels, value }) => [labels.form, value]));
}

/** The text that is sent and the text that is signed, by form. */
function forms(): Readonly<Record<string, readonly [sent: string, signed: string]>> {
  const end = `timestamp=${Date.now()}`;
  return {
    raw: [`note=a+b%40&${end}`, `note=a+b%40&${end}`],
    'plus-as-percent-20': [`note=a+b%40&${end}`, `note=a%20b%40&${end}`],
    decoded: [`note=a+b%40&${end}`, `note=a b@&${end}`],
    encoded: [`note=a+b%21&${end}`, `note=a%20b!&${end}`],
  };
}

test('lenient verification accepts every form in every dialect, and counts which one was signed', async () => {
  for (const path of [wapi, sapi]) {
    for (const [form, [sent, signed]] of Object.entries(forms())) {
      const earlier = await counts(lenient);
      const { status, text } = await ask(lenient, path, sent, signed);
      assert.equal(status, 200, `${form}: ${text}`);
      assert.deepEqual(await counts(lenient), { ...earlier, [form]: (earlier[form] ?? 0) + 1 });
    }
  }
});

test('BURSAR_SIGNATURES=strict accepts only the bytes as sent', async () => {
  for (const path of [wapi, sapi]) {
    for (const [form, [sent, signed]] of Object.entries(forms())) {
      const { status, body, text } = await ask(strict, path, sent, signed);
      assert.deepEqual([status, body.code], form === 'raw' ? [200, undefined] : [400, -1022], text);
    }
  }
});

test('an encoded name is not covered by a signature over the decoded name', async () => {
  const end = `timestamp=${Date.now()}`;
  const { status, body } = await ask(lenient, sapi, `%61sset=ETH&a=%40&${end}`, `asset=ETH&a=@&${end}`);
  assert.deepEqual([status, body.code], [400, -1022]);
});

test('/sapi takes microseconds and a recvWindow with decimals; /wapi takes whole milliseconds only', async () => {
  const micros = (aheadMs = 0) => `${Date.now() + aheadMs}123`;
  const cases: readonly (readonly [timing: () => string, sapiCode: number | undefined, wapiCode: number])[] =
    [
      [() => `timestamp=${micros()}`, undefined, -1021],
      [() => `recvWindow=50000.346&timestamp=${micros()}`, undefined, -1100],
      [() => `recvWindow=50000.1&timestamp=${Date.now()}`, undefined, -1100],
      [() => `recvWindow=60000.001&timestamp=${Date.now()}`, -1131, -1100],
      [() => `recvWindow=5000.1234&timestamp=${Date.now()}`, -1100, -1100],
      [() => `recvWindow=5000.&timestamp=${Date.now()}`, -1100, -1100],
      [() => `recvWindow=.5&timestamp=${Date.now()}`, -1100, -1100],
      [() => `recvWindow=-1.5&timestamp=${Date.now()}`, -1100, -1100],
      [() => `timestamp=${Date.now()}.5`, -1100, -1100],
      [() => `timestamp=${micros(-60_000)}`, -1021, -1021],
      [() => `timestamp=${micros(120_000)}`, -1021, -1021],
      [() => `timestamp=${micros()}4`, -1108, -1108],
    ];
  for (const [timing, sapiCode, wapiCode] of cases) {
    for (const [path, code] of [
      [sapi, sapiCode],
      [wapi, wapiCode],
    ] as const) {
      const reply = await ask(lenient, path, timing());
      assert.equal(reply.body.code, code, `${path} ${timing()}: ${reply.text}`);
      assert.equal(reply.status, code === undefined ? 200 : 400, reply.text);
    }
  }
});
