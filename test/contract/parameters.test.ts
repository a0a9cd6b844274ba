/** Parsing of every declared parameter of every operation: errors name the parameter. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { decimalPattern } from '../../src/contract/decimal.ts';
import type { ErrorDetails } from '../../src/contract/errors.ts';
import { isSigned, type Operation, type ShownErrorId } from '../../src/contract/operation.ts';
import type { Parameter } from '../../src/contract/schema.ts';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { dustConvert } from '../../src/contract/wapi/dust-convert.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { withdrawHistory } from '../../src/contract/wapi/withdraw-history.ts';
import { credit } from '../support/world.ts';
import { goodQueryOf } from './calls.ts';
import { assertRejected, ContractWorld, insideAddress, type Reply } from './contract-world.ts';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

/** A query with one parameter replaced or removed. */
function replaced(good: string, name: string, pairs: readonly string[]): string {
  const others = good.split('&').filter((pair) => pair !== '' && !pair.startsWith(`${name}=`));
  return [...others, ...pairs].join('&');
}

type Wrong = readonly [value: string, error: ShownErrorId, details?: ErrorDetails];

const layout: readonly string[] = ['%0a', '%0d', '%09'];
const notText: readonly Wrong[] = ['%00', 'a%00b', '%ff', '%c3%28', '%', '%zz', '%E0%A4', ...layout].map(
  (value) => [
    value,
    'parameter-illegal-characters',
    { legalRange: 'percent-encoded UTF-8 without control characters' },
  ],
);
const wrongNumbers = ['x', '-1', '1.5', '0x1', '%2B1', '1e3', 'NaN', '%F0%9F%92%A9'.replace('%F0', 'a%F0')];

const wrongOfKind: Record<string, readonly Wrong[]> = {
  string: [],
  list: [],
  decimal: [
    ...[
      'x',
      '1.',
      '.',
      '%2B1',
      '1%2C5',
      '0x10',
      'NaN',
      'Infinity',
      '1e',
      '1e999',
      '1e37',
      '1e-37',
      '--1',
    ].map((value): Wrong => [value, 'parameter-illegal-characters', { legalRange: decimalPattern }]),
    ...['0', '0.000', '-1', '-0'].map(
      (value): Wrong => [value, 'parameter-invalid', { reason: 'it must be greater than zero' }],
    ),
    [`1${'0'.repeat(64)}`, 'parameter-overflow'],
  ],
  long: [
    ...wrongNumbers.map(
      (value): Wrong => [value, 'parameter-illegal-characters', { legalRange: '^[0-9]{1,16}$' }],
    ),
    ['9'.repeat(17), 'parameter-overflow'],
    ['9'.repeat(5000), 'parameter-overflow'],
  ],
  integer: [],
  boolean: ['yes', '1', 'tru', 'null'].map(
    (value): Wrong => [value, 'parameter-invalid', { reason: 'it must be true or false' }],
  ),
};

function wrongLists(mandatory: boolean, maximum: number): readonly Wrong[] {
  const many = Array.from({ length: maximum + 1 }, (_, index) => `A${index}`).join();
  const empty: readonly Wrong[] = [',', '[]'].map((value) => [value, 'parameter-empty']);
  return [[many, 'parameter-overflow'], ...(mandatory ? empty : [])];
}

function wrongValues(declared: Parameter<unknown>): readonly Wrong[] {
  const { kind, mandatory, maximum, minimum, allowed, lineBreaks, mayBeEmpty } = declared;
  const wrong = notText.filter(([value]) => !lineBreaks || !layout.includes(value));
  wrong.push(...(wrongOfKind[kind] ?? []));
  if (mandatory && !mayBeEmpty) wrong.push(['', 'parameter-empty']);
  if (kind === 'string' && allowed.length === 0) wrong.push(['x'.repeat(maximum + 1), 'parameter-overflow']);
  if (kind === 'string' && allowed.length > 0) wrong.push(['neither', 'parameter-invalid']);
  if (kind === 'list') wrong.push(...wrongLists(mandatory, maximum));
  if (kind === 'integer') {
    const few = allowed.length > 0;
    const reason = `it must be ${few ? `one of ${allowed.join(', ')}` : `a whole number from ${minimum} to ${maximum}`}`;
    const outside = few ? ['99'] : [String(maximum + 1), ...(minimum > 0 ? [String(minimum - 1)] : [])];
    for (const value of [...wrongNumbers, '9'.repeat(30), ...outside])
      wrong.push([value, 'parameter-invalid', { reason }]);
  }
  return wrong;
}

/** @returns undefined, and reports a failing test, if the operation has no call that succeeds. */
function goodQueryOrFailure(operation: Operation): string | undefined {
  try {
    return goodQueryOf(operation);
  } catch (error) {
    test(`${operation.id} has a call that succeeds`, () => {
      throw error;
    });
    return undefined;
  }
}

for (const operation of customerOperations) {
  if (!isSigned(operation.security)) continue;
  const good = goodQueryOrFailure(operation);
  if (good === undefined) continue;
  const { dialect } = operation;
  const ask = (query: string): Promise<Reply> => world.call({ operation, query });
  suite(operation.id, () => {
    for (const [parameter, declared] of Object.entries(operation.parameters)) {
      test(`${parameter}: an invalid ${declared.kind} is rejected by name, and nothing is written`, async () => {
        const stored = await world.digest();
        const inCapitals: Wrong[] =
          declared.kind === 'boolean' && !dialect.booleansInAnyCase
            ? [['TRUE', 'parameter-invalid', { reason: 'it must be true or false' }]]
            : [];
        for (const [value, id, details] of [...wrongValues(declared), ...inCapitals]) {
          const reply = await ask(replaced(good, parameter, [`${parameter}=${value}`]));
          assert.match(reply.text, new RegExp(`'${parameter}'`), `${value}: ${reply.text}`);
          assertRejected(reply, id, { parameter, ...details }, dialect);
        }
        if (declared.kind !== 'list') {
          const pair = `${parameter}=1`;
          const twice = await ask(replaced(good, parameter, [pair, pair]));
          assertRejected(twice, 'parameters-too-many', { parameter }, dialect);
        }
        if (declared.mandatory)
          assertRejected(
            await ask(replaced(good, parameter, [])),
            'parameter-missing',
            { parameter },
            dialect,
          );
        assert.equal(await world.digest(), stored);
      });
    }

    test('empty and bare optional parameters count as absent, unknown ones are ignored', async () => {
      if (operation === dustConvert) await credit(world.exchange.server, world.master.email, 'ADA 1');
      const sent = new Set(new URLSearchParams(good).keys());
      const optional = Object.entries(operation.parameters).filter(
        ([each, { mandatory }]) => !mandatory && !sent.has(each),
      );
      const noise = optional.map(([each], index) => (index % 2 === 0 ? `${each}=` : each));
      const unknown = ['foo=bar', 'foo=baz', 'x%00y=%ff', '=', '=1', '', 'toAccount=funding'];
      const reply = await ask([...noise, good, ...unknown].join('&'));
      assert.equal(reply.status, 200, reply.text);
    });

    const { startTime, endTime } = operation.parameters;
    if (startTime && endTime)
      test('startTime after endTime is rejected; equal times are a valid range', async () => {
        const range = (start: number, end: number) =>
          ask(replaced(good, 'startTime', [`endTime=${end}&startTime=${start}`]));
        const details = { parameter: 'startTime', reason: 'it must not be after endTime' };
        assertRejected(await range(2, 1), 'parameter-invalid', details, dialect);
        assert.equal((await range(2, 2)).status, 200);
      });
  });
}

const destination = `asset=ETH&address=${insideAddress}`;

async function lastAmount(): Promise<string> {
  const reply = await world.call({ operation: withdrawHistory, query: 'limit=1' });
  const digits = /"amount":([0-9.]+),"transactionFee":0.01,/.exec(reply.text)?.[1];
  return digits ?? reply.text;
}

test('a decimal is parsed exactly in every notation', async () => {
  const forms = { '1.5': '1.49', '.5': '0.49', '5e-02': '0.04', '1E0': '0.99', '1.50000000': '1.49' };
  for (const [written, net] of Object.entries({ ...forms, '00.1': '0.09', '1.23456789': '1.22456789' })) {
    const reply = await world.call({ operation: withdraw, query: `${destination}&amount=${written}` });
    assert.equal(reply.status, 200, `${written}: ${reply.text}`);
    assert.equal(await lastAmount(), net, written);
  }
});

test('parameters may be in the query or the body in any order; if both have one, the query wins', async () => {
  const calls = [
    { query: `amount=0.12&${destination}` },
    { query: destination, body: 'amount=0.13' },
    { query: '', body: `amount=0.14&${destination}` },
    { query: `${destination}&amount=0.15`, body: 'amount=500&asset=NOPE' },
    { query: `name=a%26b%3Dc&&${destination}&amount=%30%2e16&` },
  ];
  for (const [index, call] of calls.entries()) {
    const reply = await world.call({ operation: withdraw, ...call });
    assert.equal(reply.status, 200, `${index}: ${reply.text}`);
    assert.equal(await lastAmount(), `0.1${index + 1}`, `${index}`);
  }
});

test('a repeated parameter is rejected in the body too, unless the query has it', async () => {
  const twice = 'amount=1&amount=2';
  assertRejected(
    await world.call({ operation: withdraw, query: destination, body: twice }),
    'parameters-too-many',
    { parameter: 'amount' },
  );
  const reply = await world.call({ operation: withdraw, query: `${destination}&amount=1`, body: twice });
  assert.equal(reply.status, 200, reply.text);
});

test('dust assets may be repeated, comma-separated, in brackets or JSON; duplicates are merged', async () => {
  const lists = [
    'asset=ADA&asset=SOL',
    'asset=ADA,SOL',
    'asset=ADA%2CSOL',
    'asset[]=ADA&asset[]=SOL',
    'asset%5B%5D=ADA&asset%5B%5D=SOL',
    'asset[0]=ADA&asset[1]=SOL',
    'asset=%5B%22ADA%22%2C%22SOL%22%5D',
    'asset=["ADA","SOL"]'.replaceAll('"', '%22'),
    'asset=ADA&asset=SOL,ADA&asset=ADA',
  ];
  for (const list of lists)
    for (const place of ['query', 'body'] as const) {
      await credit(world.exchange.server, world.master.email, 'ADA 1', 'SOL 1');
      const reply = await world.call({ operation: dustConvert, [place]: list });
      assert.equal(reply.status, 200, `${list}: ${reply.text}`);
      const lines = reply.body.transferResult as { fromAsset: string }[];
      assert.deepEqual(
        lines.map(({ fromAsset }) => fromAsset),
        ['ADA', 'SOL'],
        list,
      );
    }
});

test('every form of an empty POST is the same request', async () => {
  const spellings = [
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-length': '0' },
    { 'content-length': '0', 'content-type': 'application/json; charset=utf-8' },
    { 'transfer-encoding': 'chunked', 'content-type': 'application/json' },
  ];
  for (const headers of spellings) {
    const call = { operation: withdraw, query: `${destination}&amount=0.1`, headers };
    const reply = await world.call(call);
    assert.equal(reply.status, 200, `${JSON.stringify(headers)}: ${reply.text}`);
  }
});

test('a form body may have a charset, capitals or no content type; other types are rejected', async () => {
  const post = (type: string) =>
    world.call({
      operation: withdraw,
      query: destination,
      body: 'amount=0.1',
      headers: { 'content-type': type },
    });
  for (const type of [
    'application/x-www-form-urlencoded; charset=UTF-8',
    'Application/X-WWW-Form-Urlencoded',
  ])
    assert.equal((await post(type)).status, 200, type);
  for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain', 'image/png']) {
    assertRejected(await post(type), 'parameter-invalid', {
      parameter: 'Content-Type',
      reason: 'a body must be application/x-www-form-urlencoded',
    });
  }
});

test('double slashes count as one; other variants of a path are different paths', async () => {
  const operation = accountStatus;
  for (const path of ['//wapi/v3/accountStatus.html', '/wapi//v3///accountStatus.html'])
    assert.equal((await world.call({ operation, path })).status, 200, path);
  const hint = 'use GET /wapi/v3/accountStatus.html';
  for (const path of [
    '/wapi/v3/accountStatus',
    '/wapi/v3/accountstatus.html',
    '/wapi/v3/accountStatus.html/',
  ])
    assertRejected(await world.call({ operation, path }), 'path-unknown', { path, hint });
  for (const path of ['/wapi/v3/../v3/accountStatus.html', '/wapi/v3/account%53tatus.html', '/'])
    assertRejected(await world.call({ operation, path }), 'path-unknown', { path });
});
