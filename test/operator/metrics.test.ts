/** Prometheus metrics: the values they count, the secrets they never reveal, and their availability. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CommandMeter } from '../../src/meter/command-meter.ts';
import { RequestMeter } from '../../src/meter/request-meter.ts';
import { SignatureMeter } from '../../src/meter/signature-meter.ts';
import { StreamMeter } from '../../src/meter/stream-meter.ts';
import { createMetrics, type MetricSources } from '../../src/observability/metrics.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type Exposition, figureOf, parseExposition } from './exposition.ts';
import { credit, done, openCustomer, signed, strangerAddress, withdraw } from './operator-client.ts';

async function scrape(exchange: Exchange): Promise<Exposition> {
  const response = await fetch(`${exchange.operatorUrl}/metrics`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(await response.text());
}

const customers = (operation: string, status: string) => ({ listener: 'customers', operation, status });

describe('the metrics of a busy exchange', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let figures: Exposition;
  before(async () => {
    exchange = await startExchange();
    customer = await openCustomer(exchange, 'metered@x.com');
    await credit(exchange, 'metered@x.com', 'ETH', '10');
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 3 });
    await withdraw(exchange, customer);
    await withdraw(exchange, customer);
    await signed(exchange, customer, 'GET', '/wapi/v3/withdrawHistory.html');
    await exchange.request('GET', '/api/v3/ping');
    await exchange.request('GET', '/api/v1/ping');
    await exchange.request('GET', '/wapi/v3/accountStatus.html');
    for (let index = 0; index < 20; index += 1) await exchange.request('GET', `/no/such/path/${index}`);
    await sendBroken(exchange);
    figures = await scrape(exchange);
  });
  after(() => exchange.close());

  test('requests are counted by operation, status class and listener, and timed by operation', () => {
    assert.equal(figureOf(figures, 'bursar_requests_total', customers('withdraw', '2xx')), 2);
    assert.equal(figureOf(figures, 'bursar_requests_total', customers('ping', '2xx')), 2);
    assert.equal(figureOf(figures, 'bursar_requests_total', customers('accountStatus', '4xx')), 1);
    const labels = { listener: 'customers', operation: 'withdraw' };
    assert.equal(figureOf(figures, 'bursar_request_duration_seconds_count', labels), 2);
    const slowest = { ...labels, le: '10' };
    assert.equal(figureOf(figures, 'bursar_request_duration_seconds_bucket', slowest), 2);
    const opened = { listener: 'operators', operation: 'createAccount', status: '2xx' };
    assert.equal(figureOf(figures, 'bursar_requests_total', opened), 1);
  });

  test('unknown paths share one label, and so does malformed HTTP', () => {
    assert.equal(figureOf(figures, 'bursar_requests_total', customers('none', '4xx')), 21);
    const labels = { listener: 'customers', operation: 'none' };
    assert.equal(figureOf(figures, 'bursar_request_duration_seconds_count', labels), 20);
  });

  test('rejections are counted by error', () => {
    const refused = (error: string) =>
      figureOf(figures, 'bursar_refusals_total', { listener: 'customers', error });
    assert.equal(refused('path-unknown'), 20);
    assert.equal(refused('key-malformed'), 1);
    assert.equal(refused('parameter-invalid'), 1);
    assert.equal(refused('asset-unknown'), undefined, 'errors that did not occur have no series');
  });

  test('commands are counted by name and outcome, batches by size and duration', async () => {
    const labels = { command: 'withdrawal-submit', outcome: 'done' };
    assert.equal(figureOf(figures, 'bursar_commands_total', labels), 2);
    const batches = figureOf(figures, 'bursar_batch_commands_count');
    assert.ok(batches !== undefined && batches > 0);
    assert.equal(figureOf(figures, 'bursar_commit_duration_seconds_count'), batches);
    const commands = figures.get('bursar_commands_total')?.series.map(({ value }) => value) ?? [];
    const sum = commands.reduce((total, each) => total + each, 0);
    assert.equal(figureOf(figures, 'bursar_batch_commands_sum'), sum);
    await withdraw(exchange, customer, { amount: '1000' });
    const rejected = { command: 'withdrawal-submit', outcome: 'rejected' };
    assert.equal(figureOf(await scrape(exchange), 'bursar_commands_total', rejected), 1);
  });

  test('pending work is shown: commands, withdrawals by stage, deposits, unsealed transfers, blocks', () => {
    for (const priority of ['foreground', 'background'])
      assert.equal(typeof figureOf(figures, 'bursar_queued_commands', { priority }), 'number');
    assert.equal(figureOf(figures, 'bursar_waiting_commands'), 0);
    const stages = figures.get('bursar_withdrawals_under_way')?.series ?? [];
    assert.deepEqual(
      stages.map(({ labels }) => labels.stage),
      ['email-sent', 'awaiting-approval', 'queued', 'waiting', 'claimed', 'unknown', 'broadcast'],
    );
    assert.equal(
      stages.reduce((sum, { value }) => sum + value, 0),
      2,
    );
    assert.equal(figureOf(figures, 'bursar_deposits_open'), 0);
    assert.equal(figureOf(figures, 'bursar_deposits_unattributed'), 0);
    assert.equal(typeof figureOf(figures, 'bursar_transfers_unsealed'), 'number');
    assert.equal(figureOf(figures, 'bursar_chain_height', { network: 'ETH' }), 3);
  });

  test('there are metrics for Redis, the store, the version and Node itself', () => {
    assert.equal(figureOf(figures, 'bursar_redis_degraded'), 0);
    for (const kind of ['not-done', 'unknown'])
      assert.equal(figureOf(figures, 'bursar_store_errors_total', { kind }), 0);
    assert.deepEqual(
      figures.get('bursar_build_info')?.series.map(({ labels, value }) => [Object.keys(labels), value]),
      [[['version'], 1]],
    );
    for (const family of ['nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total'])
      assert.equal(figures.get(family)?.series.length, 1, family);
  });

  test('no e-mail, key, token, address or amount is revealed', async () => {
    const text = await (await fetch(`${exchange.operatorUrl}/metrics`)).text();
    const secrets = [customer.apiKey, customer.secretKey, exchange.server.operatorToken];
    for (const secret of [...secrets, 'metered@x.com', strangerAddress(), '127.0.0.1', '/no/such'])
      assert.ok(!text.includes(secret), secret);
    const labels = [...parseExposition(text)].flatMap(([family, { series }]) =>
      family.startsWith('bursar_') ? series.flatMap((each) => Object.keys(each.labels)) : [],
    );
    const allowed =
      'listener operation status le error verdict form command outcome kind priority stage reason network version work event';
    for (const label of new Set(labels)) assert.ok(allowed.split(' ').includes(label), label);
  });
});

/** Sends something that is not HTTP. */
async function sendBroken({ url }: Exchange): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.resume().end('this is no HTTP\r\n\r\n');
  await once(socket, 'close');
}

test('limited and banned requests are counted', async () => {
  const exchange = await startExchange(['--weight-per-minute', '10']);
  try {
    const statuses: number[] = [];
    // Enough requests even if the minute changes in between.
    for (let sent = 0; sent < 40; sent += 1)
      statuses.push((await exchange.request('GET', '/api/v3/ping')).status);
    const count = (status: number) => statuses.filter((each) => each === status).length;
    const figures = await scrape(exchange);
    assert.ok(count(429) > 0 && count(418) > 0, statuses.join());
    assert.equal(figureOf(figures, 'bursar_limiter_verdicts_total', { verdict: 'limited' }), count(429));
    assert.equal(figureOf(figures, 'bursar_limiter_verdicts_total', { verdict: 'banned' }), count(418));
  } finally {
    await exchange.close();
  }
});

describe('a scrape', () => {
  const backlog = {
    withdrawals: {
      'email-sent': 1,
      'awaiting-approval': 2,
      queued: 3,
      waiting: 12,
      claimed: 0,
      unknown: 0,
      broadcast: 4,
    },
    waitingFor: { liquidity: 7, 'network-closed': 3, 'account-disabled': 2, 'own-address': 0 },
    deposits: 5,
    unattributedDeposits: 13,
    unsealedTransfers: 6,
  };
  const engine = { ...new CommandMeter().read(), queued: { foreground: 7, background: 8 } };
  const sources = (changed: Partial<MetricSources>): MetricSources => ({
    version: '1.2.3',
    customers: new RequestMeter([], { now: () => 0 }),
    operators: new RequestMeter([], { now: () => 0 }),
    methods: new RequestMeter([], { now: () => 0 }),
    signatures: new SignatureMeter(),
    denials: new Map(),
    streams: new StreamMeter(),
    workerFaults: new Map([['seals', 9]]),
    wrongTokens: () => 12,
    failedSignIns: new Map([['password', 15]]),
    redisDegraded: () => true,
    labFirings: () => new Map([['commit-then-504', 14]]),
    waitingCommands: () => 10,
    feedAgeMs: () => 1500,
    engine: async () => engine,
    reads: { backlog: async () => backlog },
    heights: async () => [{ network: 'ETH', height: 11 }],
    addresses: async () => [{ addressGroup: 'ETH', network: 'ETH', free: 7, low: true }],
    lastIntegrity: async () => ({ at: 1_500, ok: true, solvent: false }),
    time: new ManualClock().monotonic,
    ...changed,
  });
  const read = async (changed: Partial<MetricSources>) =>
    parseExposition((await createMetrics(sources(changed))()).text);
  const families = ['bursar_deposits_open', 'bursar_queued_commands', 'bursar_chain_height'];
  const seen = (figures: Exposition) => families.map((each) => figures.get(each)?.series.length);

  test('shows the values of its sources', async () => {
    const figures = await read({});
    assert.deepEqual(seen(figures), [1, 2, 1]);
    assert.equal(figureOf(figures, 'bursar_withdrawals_under_way', { stage: 'broadcast' }), 4);
    assert.equal(figureOf(figures, 'bursar_withdrawals_waiting', { reason: 'network-closed' }), 3);
    assert.equal(figureOf(figures, 'bursar_deposits_open'), 5);
    assert.equal(figureOf(figures, 'bursar_deposits_unattributed'), 13);
    assert.equal(figureOf(figures, 'bursar_transfers_unsealed'), 6);
    assert.equal(figureOf(figures, 'bursar_queued_commands', { priority: 'background' }), 8);
    assert.equal(figureOf(figures, 'bursar_worker_faults_total', { work: 'seals' }), 9);
    assert.equal(figureOf(figures, 'bursar_waiting_commands'), 10);
    assert.equal(figureOf(figures, 'bursar_operator_wrong_tokens_total'), 12);
    assert.equal(figureOf(figures, 'bursar_operator_failed_sign_ins_total', { kind: 'password' }), 15);
    assert.equal(figureOf(figures, 'bursar_chain_height', { network: 'ETH' }), 11);
    assert.equal(figureOf(figures, 'bursar_redis_degraded'), 1);
    assert.equal(figureOf(figures, 'bursar_lab_faults_fired_total', { preset: 'commit-then-504' }), 14);
    assert.equal(figureOf(figures, 'bursar_change_feed_age_seconds'), 1.5);
    assert.equal(figureOf(figures, 'bursar_build_info', { version: '1.2.3' }), 1);
  });

  test('omits values whose source fails, and shows the rest', async () => {
    const fail = () => Promise.reject(new Error('out of order'));
    assert.deepEqual(seen(await read({ reads: { backlog: fail } })), [0, 2, 1]);
    assert.deepEqual(seen(await read({ engine: fail })), [1, 0, 1]);
    assert.deepEqual(seen(await read({ heights: fail })), [1, 2, 0]);
    const rest = await read({ reads: { backlog: fail }, engine: fail, heights: fail });
    assert.equal(figureOf(rest, 'bursar_waiting_commands'), 10);
  });

  test('does not wait for a source that does not answer', async () => {
    const clock = new ManualClock();
    const never = new Promise<never>(() => {});
    const text = createMetrics(sources({ heights: () => never, time: clock.monotonic }))();
    // Sources that answer have answered by now.
    await turn();
    clock.advance(2000);
    assert.deepEqual(seen(parseExposition((await text).text)), [1, 2, 0]);
  });

  test('queries the store at most once in three seconds, however many scrapers there are', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const count = async () => {
      asked += 1;
      return backlog;
    };
    const metrics = createMetrics(sources({ reads: { backlog: count }, time: clock.monotonic }));
    await Promise.all([metrics(), metrics(), metrics()]);
    clock.advance(2999);
    await metrics();
    assert.equal(asked, 1);
    clock.advance(1);
    await metrics();
    assert.equal(asked, 2);
  });
});
