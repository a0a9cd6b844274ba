/**
 * Every time that the product writes or shows is of the world: with the world ten years ahead, nothing that the walk
 * through all operations has written or seen is of the machine's time, except what is documented as time on the wire.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { type TableName, tables } from '../../src/store/tables.ts';
import { goodQueryOf } from '../contract/calls.ts';
import { ContractWorld } from '../contract/contract-world.ts';
import { outsideAddresses } from '../support/standard-world.ts';
import { StreamClient } from '../support/stream-client.ts';

const yearMs = 365 * 86_400_000;
const [outside = ''] = outsideAddresses.ETH ?? [];
/** Fields with time on the wire, by the id of the operation. */
const wireFields: Readonly<Record<string, readonly string[]>> = {
  getLabClock: ['wireNow'],
  // `at` of requests, and the times that clients have sent.
  listLabRequests: ['at', 'parameters', 'signedTexts', 'hint'],
  time: ['serverTime'],
  exchangeInfo: ['serverTime'],
};

const tableNames = Object.keys(tables) as TableName[];

/** For times that are rounded up. */
const slackMs = 5000;

let world: ContractWorld;
/** Time of the machine before the first request in the moved world. */
let beganMs: number;
/** Times of the world that are in its rows already: work that was due soon after it was frozen has run at that time. */
let known: ReadonlySet<number> = new Set();

before(async () => {
  world = await ContractWorld.start(['--demo', '1', '--lab', '1']);
  const { body } = await operate('POST', '/lab/clock/freeze', {});
  await operate('POST', '/lab/clock/advance', { by: 10 * yearMs });
  const { body: clock } = await operate('GET', '/lab/clock');
  assert.ok(clock.now >= body.now + 10 * yearMs);
  beganMs = Date.now();
  known = new Set(timesIn(JSON.stringify(await Promise.all(tableNames.map(rowsOf)))));
});
after(() => world.close());

async function operate(method: string, path: string, body?: object) {
  const reply = await world.exchange.operator(method, path, body && { ...body, ...reasonFor(path) });
  assert.ok(reply.status < 300, `${method} ${path}: ${reply.text}`);
  return reply;
}

/** The clock of the lab takes no reason. */
const reasonFor = (path: string) => (path.startsWith('/lab/') ? {} : { reason: 'a test' });

/** The times of the machine since the walk began: ms, µs, and texts with seconds. */
function machineTimesIn(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, each]) => machineTimesIn(each, `${path}.${name}`));
  const found = timesIn(value).filter((ms) => ms >= beganMs && ms <= Date.now() + slackMs && !known.has(ms));
  return found.map(() => `${path}: ${value}`);
}

const milliseconds = /(?<![0-9.])[0-9]{13}(?:[0-9]{3})?(?![0-9])/g;
const dates = /\b[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}/g;

function timesIn(value: unknown): readonly number[] {
  const text = value instanceof Date ? value.toISOString() : String(value);
  return [
    ...(text.match(milliseconds) ?? []).map((digits) => Number(digits.slice(0, 13))),
    ...(text.match(dates) ?? []).map((date) => Date.parse(`${date.replace(' ', 'T')}Z`)),
  ];
}

function assertOfTheWorld(what: string, value: unknown, except: readonly string[] = []): void {
  const shown = JSON.parse(JSON.stringify(value, (name, each) => (except.includes(name) ? undefined : each)));
  assert.deepEqual(machineTimesIn(shown), [], what);
}

async function send(operation: Operation) {
  const { method, target, headers } = world.requestOf({ operation, query: goodQueryOf(operation) });
  const reply = await fetch(`${world.exchange.url}${target}`, { method, headers: { ...headers } });
  const text = await reply.text();
  assert.equal(reply.status, 200, `${operation.id}: ${text}`);
  assertOfTheWorld(operation.id, JSON.parse(text), wireFields[operation.id]);
}

test('the search finds each kind of time', () => {
  const now = Date.now() + 2000;
  const values = [now, String(now), `${now}123`, new Date(now).toISOString(), utcText(now)];
  for (const value of values) assert.equal(machineTimesIn({ value }).length, 1, String(value));
  assert.deepEqual(machineTimesIn([now + 10 * yearMs, beganMs - 60_000, 'none']), []);
});

const utcText = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

test('every reply to customers', async () => {
  for (const operation of customerOperations) await send(operation);
  // Asks for the histories again, now that they have rows.
  for (const operation of customerOperations.filter(({ writes }) => !writes)) await send(operation);
});

/** Requests of operators that create a record of each kind. */
const acts: readonly (readonly [method: string, path: string, body: object])[] = [
  ['POST', '/accounts', { email: 'late@x.com', master: true }],
  ['PUT', '/accounts/late@x.com/address-book', { asset: 'ETH', network: 'ETH', address: outside }],
  ['POST', '/accounts/late@x.com/api-keys', {}],
  ['POST', '/accounts/late@x.com/credit', { asset: 'ETH', amount: '5' }],
  ['POST', '/dividends', { asset: 'ETH', holdersOf: 'ETH', total: '1', info: 'a gift' }],
  ['PUT', '/accounts/late@x.com/trading-lock', { locked: true }],
  ['PUT', '/prices/ETH', { price: '2500' }],
  ['POST', '/lab/faults', { on: { operation: 'withdraw' }, do: 'history-lag' }],
  ['POST', '/chain/blocks', { network: 'ETH', count: 2 }],
];

/** Values of parameters in paths; others are taken from the first row of the list above them. */
const named: Readonly<Record<string, string>> = { email: 'late@x.com', asset: 'ETH', network: 'ETH' };

/** @returns undefined if the list is empty. */
async function pathOf(path: string): Promise<string | undefined> {
  const match = /\{([a-zA-Z]+)\}/.exec(path);
  if (match === null) return path;
  const [placeholder, name = ''] = match;
  const value = named[name] ?? (await firstIn(path.slice(0, match.index - 1), name));
  return value === undefined ? undefined : pathOf(path.replace(placeholder, encodeURIComponent(value)));
}

async function firstIn(path: string, name: string): Promise<string | undefined> {
  const { body } = await world.exchange.operator('GET', path.replace('/operator/v1', ''));
  const [row] = Object.values(body).find(Array.isArray) ?? [];
  return row?.[name] === undefined ? undefined : String(row[name]);
}

test('every reply to operators', async () => {
  for (const [method, path, body] of acts) assertOfTheWorld(path, (await operate(method, path, body)).body);
  let seen = 0;
  for (const { id, path: declared } of operatorOperations.filter(({ method }) => method === 'GET')) {
    const path = await pathOf(declared);
    if (path === undefined) continue;
    const reply = await world.exchange.operator('GET', path.replace('/operator/v1', ''));
    if (reply.status !== 200) continue;
    assertOfTheWorld(id, reply.body, wireFields[id]);
    seen += 1;
  }
  assert.ok(seen >= 25, `${seen} operations`);
});

test('every event of a stream', async () => {
  const client = await StreamClient.open(world.exchange);
  try {
    const reply = await client.signed(world.master, 'userDataStream.subscribe.signature');
    assert.equal(reply.status, 200, JSON.stringify(reply));
    assertOfTheWorld('session.status', await client.request('session.status'), ['serverTime']);
    await operate('POST', `/accounts/${world.master.email}/credit`, { asset: 'ETH', amount: '1' });
    const events = await client.received(1);
    assert.ok(timesIn(JSON.stringify(events)).length > 0, JSON.stringify(events));
    assertOfTheWorld('events', events);
  } finally {
    client.socket.terminate();
  }
});

test('every row', async () => {
  for (const table of tableNames) assertOfTheWorld(table, await rowsOf(table));
});

const rowsOf = async (table: TableName) => (await world.sql.rows(`SELECT * FROM ${table}`)).map(plain);

const plain = (row: object) =>
  JSON.parse(JSON.stringify(row, (_name, each) => (typeof each === 'bigint' ? `${each}` : each)));
