/** Lists of all accounts: filters, cursors and CSV, over HTTP. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import {
  ask,
  assertRejected,
  credit,
  done,
  openCustomer,
  strangerAddress,
  submitted,
} from './operator-client.ts';

type Withdrawal = Readonly<Record<string, string | number | null>> & {
  readonly id: string;
  readonly amount: string;
  readonly applyTime: number;
};
type Query = Readonly<Record<string, string | number>>;

const emails = ['ann@x.com', 'bob@x.com', 'cid@x.com'];
const amounts = ['0.5', '1', '1.25', '10', '2'];

describe('lists of all accounts', () => {
  let exchange: Exchange;
  const customers = new Map<string, Credentials>();
  const random = createRandom(seed);

  before(async () => {
    exchange = await startExchange();
    for (const email of emails) {
      customers.set(email, await openCustomer(exchange, email));
      await credit(exchange, email, 'ETH', '10000');
    }
    for (let index = 0; index < 60; index += 1) await submit(index);
  });
  after(() => exchange.close());

  const submit = (index: number) =>
    submitted(exchange, customers.get(random.pick(emails)) as Credentials, {
      address: strangerAddress(random.below(4)),
      amount: random.pick(amounts),
      ...(random.chance(0.5) && { withdrawOrderId: `order ${index}` }),
    });

  const text = (query: Query) => new URLSearchParams(query as Record<string, string>).toString();
  const page = (query: Query) => done(exchange, 'GET', `/withdrawals?${text(query)}`);
  const all = async (): Promise<Withdrawal[]> => (await page({ limit: 1000 })).withdrawals;

  async function walk(query: Query, between: () => Promise<unknown> = async () => {}) {
    const rows: Withdrawal[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const limit = 1 + random.below(10);
      const { withdrawals, nextCursor, incomplete } = await page({
        ...query,
        limit,
        ...(cursor && { cursor }),
      });
      assert.ok(withdrawals.length === limit || incomplete || nextCursor === null);
      rows.push(...withdrawals);
      cursor = nextCursor;
      await between();
    }
    return rows;
  }

  function randomFilter(rows: readonly Withdrawal[]): Query {
    const [one, other] = [random.pick(rows), random.pick(rows)];
    const [startTime, endTime] = [one.applyTime, other.applyTime].sort((a, b) => a - b);
    const { email: account, stage, status, txId, withdrawOrderId: orderId } = one;
    const address = String(one.address).toLowerCase();
    const asset = 'ETH';
    const given = [
      [0.4, { account }],
      [0.3, { asset }],
      [0.2, { asset, minAmount: random.pick(amounts) }],
      [0.2, { asset, maxAmount: '10' }],
      [0.3, { network: 'ETH' }],
      [0.3, { stage }],
      [0.2, { status }],
      [0.3, { address }],
      [0.2, txId === '' ? {} : { txId }],
      [0.2, orderId === null ? {} : { orderId }],
      [0.3, { startTime }],
      [0.3, { endTime }],
    ] as const;
    return Object.assign(
      {},
      ...given.filter(([chance]) => random.chance(chance)).map(([, filter]) => filter),
    );
  }

  const conditions: Readonly<Record<string, (row: Withdrawal, value: string | number) => boolean>> = {
    account: (row, value) => row.email === value,
    minAmount: (row, value) => Number(row.amount) >= Number(value),
    maxAmount: (row, value) => Number(row.amount) <= Number(value),
    address: (row, value) => String(row.address).toLowerCase() === value,
    orderId: (row, value) => row.withdrawOrderId === value,
    startTime: (row, value) => row.applyTime >= Number(value),
    endTime: (row, value) => row.applyTime <= Number(value),
  };
  const selects = (filter: Query) => (row: Withdrawal) =>
    Object.entries(filter).every(([name, value]) =>
      conditions[name] === undefined ? row[name] === value : conditions[name](row, value),
    );

  const idsOf = (rows: readonly Withdrawal[]) => rows.map(({ id }) => id);

  /** Waits until no withdrawal moves any more. */
  async function settle(): Promise<void> {
    for (;;) {
      const { withdrawals } = await page({ status: 4, limit: 1000 });
      if (withdrawals.every(({ stage }: { stage: string }) => stage === 'broadcast')) return;
    }
  }

  test('each combination of filters selects what a plain filter selects, whatever the pages', async (t) => {
    announceSeed(t, 'operator');
    await settle();
    const rows = await all();
    assert.equal(rows.length, 60);
    for (let round = 0; round < 60; round += 1) {
      const filter = randomFilter(rows);
      const expected = rows.filter(selects(filter));
      const { status, body } = await exchange.operator(
        'GET',
        `/withdrawals?${text({ ...filter, limit: 1000 })}`,
      );
      if (status === 400) assert.match(body.msg, /^query\.stage: \S+ is not a stage of status/);
      else assert.deepEqual(idsOf(await walk(filter)), idsOf(expected), JSON.stringify(filter));
    }
  });

  test('rows that arrive meanwhile do not shift the pages', async () => {
    const rows = await all();
    let index = 1000;
    const walked = await walk({}, () => submit(index++));
    assert.deepEqual(idsOf(walked), idsOf(rows));
  });

  test('as CSV, all rows that match are sent, with the columns of the JSON', async () => {
    await settle();
    const filter = { account: emails[0] as string };
    const rows = await walk(filter);
    const get = (query: string) =>
      fetch(`${exchange.operatorUrl}/operator/v1/withdrawals?${query}`, {
        headers: { authorization: `Bearer ${exchange.server.operatorToken}` },
      });
    const reply = await get(text({ ...filter, format: 'csv' }));
    assert.match(reply.headers.get('content-type') ?? '', /^text\/csv/);
    assert.equal(reply.headers.get('content-disposition'), 'attachment; filename="withdrawals.csv"');
    const json = await get(text(filter));
    for (const { headers } of [reply, json]) {
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
    }
    assert.equal(json.headers.get('content-disposition'), null);
    const [head, ...lines] = (await reply.text()).trimEnd().split('\r\n');
    assert.equal(head, Object.keys(rows[0] as object).join());
    assert.deepEqual(
      lines.map((line) => line.split(',')[0]),
      idsOf(rows),
    );
    const two = await (await get(text({ ...filter, format: 'csv', limit: 2 }))).text();
    assert.equal(two.trimEnd().split('\r\n').length, 3);
    assert.equal((await get('format=csv&account=nobody@x.com')).status, 400);
  });

  test('a text that a spreadsheet would take for a formula is harmless', async () => {
    const customer = customers.get(emails[0] as string) as Credentials;
    for (const start of ['=', '+', '-', '@'])
      await submitted(exchange, customer, { name: `${start}cmd|' /C calc'!A0` });
    const reply = await fetch(`${exchange.operatorUrl}/operator/v1/withdrawals?format=csv&limit=4`, {
      headers: { authorization: `Bearer ${exchange.server.operatorToken}` },
    });
    const lines = (await reply.text()).trimEnd().split('\r\n').slice(1);
    for (const start of ['=', '+', '-', '@'])
      assert.ok(
        lines.some((line) => line.includes(`,'${start}cmd|' /C calc'!A0,`)),
        lines.join('\n'),
      );
  });

  test('a cursor of another list, of other filters, or of nothing is rejected; so are contradictory filters', async () => {
    const { nextCursor } = await page({ limit: 1 });
    for (const [query, problem] of [
      [`withdrawals?cursor=${nextCursor}&asset=ETH`, /^query\.cursor: belongs to other filters/],
      [`audit?cursor=${nextCursor}`, /^query\.cursor: belongs to other filters/],
      ['withdrawals?cursor=xyz', /^query\.cursor: is not a cursor/],
      [`withdrawals?cursor=${Buffer.from('["a",1e99,-1]').toString('base64url')}`, /^query\.cursor: is not/],
      [`withdrawals?cursor=${nextCursor}&offset=5`, /^query\.offset: cannot be combined/],
      ['withdrawals?minAmount=1', /^query\.minAmount: needs asset$/],
      ['withdrawals?asset=ETH&minAmount=2&maxAmount=1', /^query\.minAmount: is above maxAmount$/],
      ['withdrawals?asset=NOPE', /^query\.asset: NOPE is not defined$/],
      ['withdrawals?network=NOPE', /^query\.network: NOPE is not defined$/],
      ['withdrawals?account=nobody@x.com', /^query\.account: there is no account nobody@x\.com$/],
      ['withdrawals?status=6&stage=queued', /^query\.stage: queued is not a stage of status 6$/],
      ['transfers?startTime=2&endTime=1', /^query\.startTime: is after endTime$/],
      ['deposits?unattributed=true&account=ann@x.com', /^query\.account: cannot be combined/],
      ['transfers?network=NOPE', /^query\.network: NOPE is not defined$/],
      ['transfers?stage=sleeping', /^query\.stage: must be one of/],
      ['audit?minAmount=1', /^query\.minAmount: needs asset$/],
      ['audit?asset=NOPE', /^query\.asset: NOPE is not defined$/],
    ] as const)
      assertRejected(await ask(exchange, 'GET', `/operator/v1/${query}`), 400, -9400, problem);
  });

  test('transfers show both sides, the cause and, once sealed, the seal', async () => {
    const [{ id, email }] = (await all()) as [Withdrawal];
    const { transfers } = await done(
      exchange,
      'GET',
      `/transfers?${text({ account: String(email), reference: id })}`,
    );
    const [hold] = transfers;
    assert.deepEqual(
      [hold.kind, hold.debit.email, hold.cause],
      ['withdrawal-hold', email, `/operator/v1/withdrawals/${id}`],
    );
    const { seal: _, ...shown } = await done(exchange, 'GET', `/transfers/${hold.seq}`);
    // A seal may come between the two requests.
    const { seal: __, ...listed } = hold;
    assert.deepEqual(shown, listed);
    const { transfers: oldest } = await done(exchange, 'GET', '/transfers?kind=adjustment');
    assert.ok(
      oldest.every(
        (each: { seal: { lastSeq: number } | null; seq: number }) =>
          !each.seal || each.seal.lastSeq >= each.seq,
      ),
    );
    const since = await done(exchange, 'GET', `/transfers?${text({ startTime: hold.at, endTime: hold.at })}`);
    assert.ok(since.transfers.some(({ seq }: { seq: number }) => seq === hold.seq));
    assert.ok(since.transfers.every(({ at }: { at: number }) => at === hold.at));
  });

  test('the audit trail is found by actor, action, subject and account', async () => {
    const { entries } = await done(exchange, 'GET', '/audit?limit=1000');
    const some = async (query: string) => (await done(exchange, 'GET', `/audit?limit=1000&${query}`)).entries;
    type Entry = { readonly action: string; readonly subject: string; readonly at: number };
    const adjusted = entries.filter(({ action }: Entry) => action === 'balance-adjust');
    assert.deepEqual(await some('action=balance-adjust&actor=bootstrap'), adjusted);
    const ofAnn = entries.filter(({ subject }: Entry) => subject === 'ann@x.com');
    assert.deepEqual(await some('account=ANN@x.com'), ofAnn);
    assert.deepEqual(await some('account=ann@x.com&subject=other'), []);
    const { at } = adjusted[0];
    assert.deepEqual(
      await some(`startTime=${at}&endTime=${at}`),
      entries.filter((each: Entry) => each.at === at),
    );
  });

  /** The rows that a filter by withdrawal or deposit selects, read in small pages. */
  async function found(list: 'transfers' | 'audit', query: Query): Promise<Array<Record<string, unknown>>> {
    const rows: Array<Record<string, unknown>> = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const reply = await done(
        exchange,
        'GET',
        `/${list}?${text({ ...query, limit: 3, ...(cursor && { cursor }) })}`,
      );
      rows.push(...(reply.transfers ?? reply.entries));
      cursor = reply.nextCursor;
    }
    return rows;
  }

  test('transfers are found by the ids and addresses of their withdrawal or deposit', async () => {
    const customer = customers.get('bob@x.com') as Credentials;
    const address = strangerAddress(77);
    const withdrawOrderId = 'the order of the ledger';
    const id = await submitted(exchange, customer, { address, amount: '3', withdrawOrderId });
    await settle();
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 30 });
    await ended(id);
    const { txId } = await done(exchange, 'GET', `/withdrawals/${id}`);
    const every = (await done(exchange, 'GET', '/transfers?limit=1000')).transfers;
    const own = every.filter(({ reference }: { reference: string }) => reference === id);
    // A seal may come between two requests.
    const seqsOf = (rows: readonly Record<string, unknown>[]) => rows.map(({ seq }) => seq);
    assert.deepEqual(
      own.map(({ kind }: { kind: string }) => kind),
      ['withdrawal-fee', 'withdrawal-settle', 'withdrawal-hold'],
    );
    for (const query of [
      { address },
      { address: address.toLowerCase(), stage: 'completed', network: 'ETH' },
      { txId },
      { txId: txId.toUpperCase().replace('0X', '0x') },
      { orderId: withdrawOrderId },
      { orderId: withdrawOrderId, txId, account: 'bob@x.com' },
      { reference: id },
      { reference: id, stage: 'completed', asset: 'ETH', maxAmount: '3' },
    ])
      assert.deepEqual(seqsOf(await found('transfers', query)), seqsOf(own), JSON.stringify(query));
    for (const query of [
      { address, stage: 'failed' },
      { txId: 'none' },
      { orderId: withdrawOrderId, account: 'ann@x.com' },
      { reference: id, stage: 'vanished' },
      { address: strangerAddress(78) },
    ])
      assert.deepEqual(await found('transfers', query), [], JSON.stringify(query));
    const ofNetwork = await found('transfers', { network: 'ETH' });
    assert.ok(ofNetwork.some(({ reference }) => reference === id));
    assert.ok(ofNetwork.every(({ asset }) => asset === 'ETH'));
    const csv = await fetch(
      `${exchange.operatorUrl}/operator/v1/transfers?${text({ orderId: withdrawOrderId, format: 'csv' })}`,
      { headers: { authorization: `Bearer ${exchange.server.operatorToken}` } },
    );
    assert.equal((await csv.text()).trimEnd().split('\r\n').length, 1 + own.length);
  });

  async function ended(id: string): Promise<void> {
    for (;;) if ((await done(exchange, 'GET', `/withdrawals/${id}`)).stage === 'completed') return;
  }

  test('the audit trail has the actions on the withdrawals of a customer, and more about an address', async () => {
    const customer = await openCustomer(exchange, 'dora@x.com');
    await credit(exchange, 'dora@x.com', 'ETH', '100');
    await done(exchange, 'PATCH', '/accounts/dora@x.com', {
      withdrawConfirmation: 'email',
      reason: 'a test',
    });
    const address = strangerAddress(99);
    const id = await submitted(exchange, customer, { address, amount: '7', withdrawOrderId: 'for dora' });
    await done(exchange, 'POST', `/withdrawals/${id}/cancel`, { reason: 'a test' });
    await done(exchange, 'PUT', '/accounts/dora@x.com/address-book', {
      ...{ asset: 'ETH', network: 'ETH', address, name: 'hers', whitelisted: true, reason: 'a test' },
    });
    const actions = async (query: Query) => (await found('audit', query)).map(({ action }) => action);
    assert.deepEqual(await actions({ account: 'dora@x.com' }), [
      ...['address-book-put', 'withdrawal-cancel', 'account-update', 'balance-adjust', 'api-key-create'],
      'account-open',
    ]);
    assert.deepEqual(await actions({ address: address.toLowerCase() }), [
      'address-book-put',
      'withdrawal-cancel',
    ]);
    assert.deepEqual(await actions({ account: 'dora@x.com', asset: 'ETH' }), [
      ...['address-book-put', 'withdrawal-cancel', 'balance-adjust'],
    ]);
    for (const query of [
      { orderId: 'for dora' },
      { account: 'dora@x.com', stage: 'cancelled' },
      { account: 'dora@x.com', asset: 'ETH', minAmount: '7', maxAmount: '7' },
      { address, network: 'ETH', stage: 'cancelled', action: 'withdrawal-cancel' },
    ])
      assert.deepEqual(await actions(query), ['withdrawal-cancel'], JSON.stringify(query));
    for (const query of [{ orderId: 'for nobody' }, { account: 'dora@x.com', txId: 'none' }])
      assert.deepEqual(await actions(query), [], JSON.stringify(query));
  });
});
