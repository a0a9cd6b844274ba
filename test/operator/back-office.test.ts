/** Search, the page of a customer, notes and the inbox, as people with different roles see them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { operatorRoles } from '../../src/contract/operator-permissions.ts';
import { permissionsOfRoles } from '../../src/domain/operator/principal.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  credit,
  done,
  openCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
} from './operator-client.ts';
import { addOperator, becomeAdministrator, type Page } from './page.ts';

const email = 'carol@x.com';

describe('the back office', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let withdrawalId: string;
  let deposited: { readonly id: string; readonly txId: string; readonly address: string };
  const pages = new Map<string, Page>();
  const as = (name: string) => pages.get(name) as Page;

  before(async () => {
    exchange = await startExchange();
    customer = await openCustomer(exchange, email);
    await openCustomer(exchange, 'carl@x.com');
    await credit(exchange, email, 'ETH', '10');
    withdrawalId = await submitted(exchange, customer, { amount: '1', withdrawOrderId: 'invoice 7' });
    await reaches(exchange, withdrawalId, 'broadcast');
    const { address } = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
    deposited = await done(exchange, 'POST', '/deposits', { asset: 'ETH', address, amount: '2' });
    await done(exchange, 'PUT', '/assets/XRP', { scale: 6, networks: [{ network: 'XRP' }] });
    await done(exchange, 'PUT', '/policies', {
      rules: [{ name: 'two', decision: 'approve', approvers: 2, role: 'approver' }],
      changes: [{ kind: 'credit' }],
    });
    const olga = await becomeAdministrator(exchange);
    for (const role of operatorRoles)
      pages.set(role, await addOperator(exchange, olga, `the-${role}`, [role]));
    pages.set('both', await addOperator(exchange, olga, 'bo', ['approver', 'treasurer', 'administrator']));
    pages.set('tim', await addOperator(exchange, olga, 'tim', ['treasurer']));
  });
  after(() => exchange.close());

  const hits = async (q: string) =>
    (await as('viewer').done('GET', `/search?q=${encodeURIComponent(q)}`)).hits.map(
      ({ kind, id, matched, path }: Record<string, string>) => [kind, id, matched, path],
    );

  test('search finds any id, address, transaction, order id, number, code and name, exactly', async () => {
    const { txId, address } = await as('viewer').done('GET', `/withdrawals/${withdrawalId}`);
    const withdrawal = (matched: string) => [
      ...['withdrawal', withdrawalId, matched, `/operator/v1/withdrawals/${withdrawalId}`],
    ];
    const deposit = (matched: string) => [
      ...['deposit', deposited.id, matched, `/operator/v1/deposits/${deposited.id}`],
    ];
    assert.deepEqual(await hits(withdrawalId), [withdrawal('id')]);
    assert.deepEqual(await hits(` ${txId.toUpperCase().replace('0X', '0x')} `), [withdrawal('transaction')]);
    assert.deepEqual(await hits('invoice 7'), [withdrawal('order-id')]);
    assert.deepEqual(await hits(address.toLowerCase()), [withdrawal('address')]);
    assert.deepEqual(await hits(deposited.id), [deposit('id')]);
    assert.deepEqual(await hits(deposited.txId), [deposit('transaction')]);
    const keys = [
      `/operator/v1/accounts/carol%40x.com/deposit-addresses`,
      `/operator/v1/accounts/carol%40x.com/api-keys`,
    ];
    assert.deepEqual(await hits(deposited.address), [
      ['deposit-address', deposited.address, 'address', keys[0]],
      deposit('address'),
    ]);
    assert.deepEqual(await hits(customer.apiKey), [['api-key', customer.apiKey, 'id', keys[1]]]);
    assert.deepEqual(await hits('1'), [['transfer', '1', 'number', '/operator/v1/transfers/1']]);
    assert.deepEqual(await hits('xrp'), [
      ['asset', 'XRP', 'code', '/operator/v1/assets/XRP'],
      ['network', 'XRP', 'code', '/operator/v1/networks/XRP'],
    ]);
    assert.deepEqual(await hits('the-viewer'), [
      ['operator', 'the-viewer', 'name', '/operator/v1/audit?actor=operator%3Athe-viewer'],
    ]);
    for (const nothing of [
      'invoice',
      withdrawalId.slice(1),
      address.slice(2),
      '%',
      "' OR 1=1 --",
      '\u{1f600}',
    ])
      assert.deepEqual(await hits(nothing), [], nothing);
  });

  test('search finds e-mails as a whole and by how they begin, never in the middle', async () => {
    const names = async (q: string) => (await hits(q)).map(([, id]: string[]) => id);
    assert.deepEqual(await names('CAROL@x.com'), [email]);
    assert.deepEqual(await names('car'), ['carl@x.com', 'carol@x.com']);
    assert.deepEqual(await names('arol'), []);
    assert.deepEqual(await names('@x.com'), []);
  });

  test('the page of a customer shows all records of the customer, without secrets', async () => {
    const reply = await as('viewer').send('GET', `/accounts/${email}`);
    const { body, text } = reply;
    assert.equal(reply.status, 200, text);
    assert.doesNotMatch(text, new RegExp(customer.secretKey));
    assert.equal(body.email, email);
    assert.deepEqual(
      body.openWithdrawals.map(({ id }: { id: string }) => id),
      [withdrawalId],
    );
    assert.deepEqual(
      body.deposits.map(({ id }: { id: string }) => id),
      [deposited.id],
    );
    assert.deepEqual(
      body.apiKeys.map(({ apiKey }: { apiKey: string }) => apiKey),
      [customer.apiKey],
    );
    assert.deepEqual(body.balances, [
      { asset: 'ETH', wallet: 'spot', free: '9', withdrawing: '1', locked: '0', owed: '0' },
    ]);
    assert.deepEqual(body.quota, { limitUsd: null, usedUsd: null });
    await as('administrator').done('PUT', '/prices/ETH', { price: '2000' });
    await as('administrator').done('PATCH', `/accounts/${email}`, { withdrawQuotaUsd: '5000' });
    const { quota } = await as('viewer').done('GET', `/accounts/${email}`);
    assert.deepEqual(quota, { limitUsd: '5000', usedUsd: '2000' });
    await as('administrator').done('PATCH', `/accounts/${email}`, { withdrawQuotaUsd: null });
    assert.deepEqual([body.subAccountCount, body.moreOpenWithdrawals], [0, false]);
    assertRejected(await as('viewer').send('GET', '/accounts/nobody@x.com'), 404, -9404);
  });

  test('notes are added by the roles with that permission, name their author, and are audited', async () => {
    const writers = operatorRoles.filter((role) => permissionsOfRoles([role]).has('write-notes'));
    assert.ok(writers.length > 0 && writers.length < operatorRoles.length);
    for (const role of operatorRoles) {
      const reply = await as(role).send('POST', `/accounts/${email}/notes`, { text: `by ${role}` });
      if (!writers.includes(role)) assertRejected(reply, 403, -9403, /write-notes/);
      else assert.deepEqual([reply.status, reply.body.author], [201, `operator:the-${role}`], reply.text);
    }
    const blank = await as('support').send('POST', `/accounts/${email}/notes`, { text: ' \n ' });
    assertRejected(blank, 400, -9400, /^body\.text: must be a text of more than blanks/);
    const { notes } = await as('viewer').done('GET', `/accounts/${email}`);
    const written = writers.map((role) => `by ${role}`);
    assert.deepEqual(
      notes.map(({ text }: { text: string }) => text),
      written.toReversed(),
    );
    const listed: string[] = [];
    for (let cursor = ''; cursor !== null; ) {
      const page = await as('viewer').done('GET', `/accounts/${email}/notes?limit=3${cursor}`);
      listed.push(...page.notes.map(({ text }: { text: string }) => text));
      cursor = page.nextCursor && `&cursor=${page.nextCursor}`;
    }
    assert.deepEqual(listed, written.toReversed());
    const [entry] = (await as('viewer').done('GET', '/audit?limit=1')).entries;
    assert.deepEqual(
      [entry.action, entry.subject, entry.details],
      ['account-note-add', email, { note: notes[0].id }],
    );
    assertRejected(
      await as('support').send('POST', '/accounts/nobody@x.com/notes', { text: 'x' }),
      404,
      -9404,
    );
    for (const text of ['', 'x'.repeat(4001)])
      assertRejected(await as('support').send('POST', `/accounts/${email}/notes`, { text }), 400, -9400);
  });

  test('the inbox shows each role what it may do, and says who is excluded and why', async () => {
    const key = await as('both').done('POST', `/accounts/${email}/api-keys`, {});
    const id = await submitted(exchange, key, { amount: '2' });
    const change = await as('treasurer').done('POST', '/changes', {
      operation: 'creditAccount',
      path: { email },
      body: { asset: 'ETH', amount: '3' },
      reason: 'case 71',
    });
    const itemOf = async (who: string, kind: string) =>
      (await as(who).done('GET', '/inbox')).items.find((each: { kind: string }) => each.kind === kind);
    const may = async (who: string, kind: string) =>
      (await itemOf(who, kind)).actions.map(({ operation }: { operation: string }) => operation);

    const seen = await itemOf('viewer', 'approval');
    assert.deepEqual([seen.subject.id, seen.account, seen.asset, seen.amount], [id, email, 'ETH', '2']);
    const { address } = await as('viewer').done('GET', `/withdrawals/${id}`);
    assert.equal(seen.destination, address);
    assert.match(seen.reason, /^By the rule two, 2 people with the role approver must approve it; 0 have\.$/);
    assert.deepEqual([seen.actions, seen.excluded], [[], null]);
    assert.deepEqual(await may('approver', 'approval'), ['approveWithdrawal', 'rejectWithdrawal']);
    assert.deepEqual(await may('support', 'approval'), ['cancelWithdrawal']);
    assert.deepEqual(await may('both', 'approval'), ['rejectWithdrawal']);
    assert.match((await itemOf('both', 'approval')).excluded, /created the API key/);

    const proposed = await itemOf('viewer', 'change');
    assert.deepEqual(
      [proposed.subject.path, proposed.amount, proposed.destination],
      [`/operator/v1/changes/${change.id}`, '3', null],
    );
    assert.match(proposed.reason, /^operator:the-treasurer has proposed creditAccount .*case 71/);
    assert.deepEqual(await may('viewer', 'change'), []);
    assert.deepEqual(await may('approver', 'change'), []);
    assert.deepEqual(await may('treasurer', 'change'), ['rejectChange']);
    assert.match((await itemOf('treasurer', 'change')).excluded, /You proposed/);
    assert.deepEqual(await may('tim', 'change'), ['approveChange', 'rejectChange']);

    await as('approver').done('POST', `/withdrawals/${id}/approve`, {});
    assert.deepEqual(await may('approver', 'approval'), ['rejectWithdrawal']);
    assert.match((await itemOf('approver', 'approval')).excluded, /already approved/);
    for (const { method, path } of (await itemOf('tim', 'change')).actions.slice(0, 1)) {
      const reply = await as('tim').send(method, path.replace('/operator/v1', ''), {});
      assert.equal(reply.status, 200, reply.text);
    }
    assert.equal(await itemOf('viewer', 'change'), undefined);
  });

  test('the inbox is oldest first, and its cursor does not shift when items are decided', async () => {
    for (let index = 0; index < 5; index += 1) await submitted(exchange, customer, { amount: '0.1' });
    const stray = { asset: 'XRP', address: await sharedAddress(), addressTag: '77', amount: '5' };
    for (let index = 0; index < 3; index += 1) await as('treasurer').done('POST', '/deposits', stray);
    await as('treasurer').done('POST', '/chain/blocks', { network: 'XRP', count: 3 });
    const { items } = await as('support').done('GET', '/inbox?limit=200');
    const times = items.map(({ since }: { since: number }) => since);
    assert.deepEqual(
      times,
      times.toSorted((a: number, b: number) => a - b),
    );
    assert.equal(items.filter(({ kind }: { kind: string }) => kind === 'unattributed-deposit').length, 3);
    const ids: string[] = [];
    for (let cursor = ''; cursor !== null; ) {
      const page = await as('support').done('GET', `/inbox?limit=2${cursor}`);
      ids.push(...page.items.map(({ id }: { id: string }) => id));
      const [first] = page.items.filter(({ kind }: { kind: string }) => kind === 'approval');
      if (first) await as('support').done('POST', `/withdrawals/${first.subject.id}/cancel`, {});
      cursor = page.nextCursor && `&cursor=${page.nextCursor}`;
    }
    assert.deepEqual(
      ids,
      items.map(({ id }: { id: string }) => id),
    );
    const { nextCursor } = await as('support').done('GET', '/inbox?limit=1');
    assertRejected(
      await as('support').send('GET', `/inbox?kind=change&cursor=${nextCursor}`),
      400,
      -9400,
      /cursor/,
    );
  });

  async function sharedAddress(): Promise<string> {
    const { address } = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=XRP');
    return address;
  }

  test('search finds notes, addresses of address books, symbols, and API tokens for those who manage them', async () => {
    await as('support').done('POST', `/accounts/${email}/notes`, { text: 'called back' });
    const [{ id: note }] = (await as('viewer').done('GET', `/accounts/${email}/notes`)).notes;
    assert.deepEqual(await hits(note), [['note', note, 'id', '/operator/v1/accounts/carol%40x.com/notes']]);
    const booked = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
    for (const each of [email, 'carl@x.com'])
      await as('administrator').done('PUT', `/accounts/${each}/address-book`, {
        ...{ asset: 'ETH', network: 'ETH', address: booked, reason: 'a test' },
      });
    assert.deepEqual(
      (await hits(booked.toUpperCase().replace('0X', '0x')))
        .filter(([kind]: string[]) => kind === 'address-book-entry')
        .map(([, , , path]: string[]) => path)
        .sort(),
      ['carl', 'carol'].map((name) => `/operator/v1/accounts/${name}%40x.com/address-book`),
    );
    await as('administrator').done('PUT', '/symbols/XRPETH', {
      ...{ baseAsset: 'XRP', quoteAsset: 'ETH', maker: '0.001', taker: '0.001' },
    });
    assert.deepEqual(await hits('xrpeth'), [['symbol', 'XRPETH', 'code', '/operator/v1/symbols']]);
    await done(exchange, 'POST', '/tokens', { name: 'the-robot', roles: ['viewer'], reason: 'a test' });
    const found = async (who: string) => (await as(who).done('GET', '/search?q=the-robot')).hits;
    assert.deepEqual(await found('viewer'), [], 'who may not manage operators does not see their tokens');
    assert.deepEqual(
      (await found('administrator')).map(({ kind, id, state }: Record<string, string>) => [kind, id, state]),
      [['api-token', 'the-robot', 'active']],
    );
  });

  test('the page of a customer has the address book, movements within the exchange, and order events', async () => {
    await as('administrator').done('POST', '/accounts', { email: 'carols-sub@x.com', master: email });
    const query =
      'fromAccountType=SPOT&toAccountType=SPOT&toEmail=carols-sub@x.com&asset=ETH&amount=0.25&clientTranId=batch-77';
    const { tranId } = await signed(
      exchange,
      customer,
      'POST',
      '/sapi/v1/sub-account/universalTransfer',
      query,
    );
    const page = await as('viewer').done('GET', `/accounts/${email}`);
    assert.deepEqual(
      page.addressBook.map(({ network, whitelisted }: Record<string, unknown>) => [network, whitelisted]),
      [['ETH', true]],
    );
    const [inner] = page.innerMovements;
    assert.deepEqual(
      [inner.kind, inner.tranId, inner.asset, inner.amount, inner.from, inner.to],
      ['sub-account-transfer', tranId, 'ETH', '0.25', email, 'carols-sub@x.com'],
    );
    const sub = await as('viewer').done('GET', '/accounts/carols-sub@x.com');
    assert.deepEqual(sub.innerMovements, page.innerMovements.slice(0, 1), 'both sides see it');
    assert.deepEqual(page.trading, { evaluatedTime: null, indicators: {}, orderEvents: [] });
    assert.deepEqual(
      (await hits(String(tranId))).filter(([kind]: string[]) => kind === 'sub-account-transfer'),
      [['sub-account-transfer', String(tranId), 'number', `/operator/v1/transfers?reference=${tranId}`]],
    );
    assert.deepEqual(await hits('batch-77'), [
      ['sub-account-transfer', String(tranId), 'client-id', `/operator/v1/transfers?reference=${tranId}`],
    ]);
    assert.deepEqual(await hits('batch-7'), [], 'texts are compared whole');
    const applied = { coin: 'ETH', address: strangerAddress(9), amount: '0.1', questionnaire: '{}' };
    const { trId } = await signed(exchange, customer, 'POST', '/sapi/v1/localentity/withdraw/apply', applied);
    const { withdrawals } = await as('viewer').done('GET', '/withdrawals?limit=1');
    assert.deepEqual(
      (await hits(String(trId))).filter(([kind]: string[]) => kind === 'withdrawal'),
      [['withdrawal', withdrawals[0].id, 'number', `/operator/v1/withdrawals/${withdrawals[0].id}`]],
    );
  });
});
