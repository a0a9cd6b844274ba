/** Address books, and accounts that may withdraw only to whitelisted addresses. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  balance,
  credit,
  done,
  openCustomer,
  openNextCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
  withdraw,
} from './operator-client.ts';

const hourMs = 3_600_000;
const xrpAddress = 'r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59';
/** The same address without a tag, and with tag 1. */
const xrpUntagged = 'X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ';
const xrpWithTag1 = 'X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu';

describe('address books', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/XRP', { scale: 6, networks: [{ network: 'XRP' }] });
    await done(exchange, 'PUT', '/assets/GAS', { scale: 8, networks: [{ network: 'ETH' }] });
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    await credit(exchange, email, 'ETH', '10');
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
    await delay(0);
  });

  const book = () => `/accounts/${email}/address-book`;
  const place = (number = 0) => ({ asset: 'ETH', network: 'ETH', address: strangerAddress(number) });
  const put = (entry: object) => exchange.operator('PUT', book(), entry);
  const add = (entry: object = {}) => done(exchange, 'PUT', book(), { ...place(), ...entry });
  /** The operator who adds an entry does not approve a withdrawal that uses it. */
  const addByServer = async () => {
    const operator = { actor: 'server', reason: 'a test' };
    const entry = { ...place(), name: '', whitelisted: true, originType: 'others', origin: '' };
    const put = { operator, email, ...entry };
    assert.ok('done' in (await exchange.server.commands.submit('putAddressBookEntry', put)));
  };
  const remove = (entry: Record<string, string>) =>
    exchange.operator('DELETE', `${book()}?${new URLSearchParams(entry)}`);
  const list = async () => (await done(exchange, 'GET', book())).addressBook;
  const change = (account: object) => done(exchange, 'PATCH', `/accounts/${email}`, account);
  const delay = (whitelistDelayHours: number) => done(exchange, 'PUT', '/settings', { whitelistDelayHours });
  const decide = (id: string, decision: string) =>
    exchange.operator('POST', `/withdrawals/${id}/${decision}`, { reason: 'a test' });
  const assertLimited = (reply: Awaited<ReturnType<typeof withdraw>>, text = /not whitelisted/) =>
    assertRejected(reply, 400, -4015, text);

  const submit = (query: Record<string, string> = {}) => submitted(exchange, customer, query);

  test('an entry is added, listed with its defaults, replaced and deleted', async () => {
    const added = await add();
    assert.deepEqual(added, {
      ...place(),
      addressTag: '',
      name: '',
      originType: 'others',
      origin: '',
      whitelisted: true,
      whitelistedFrom: added.createdAt,
      createdAt: added.createdAt,
    });
    assert.deepEqual(await list(), [added]);
    const named = await add({ name: 'cold', originType: 'Kraken' });
    assert.deepEqual(named, { ...added, name: 'cold', originType: 'Kraken' });
    assert.deepEqual(await list(), [named]);
    const deleted = await remove(place());
    assert.deepEqual(deleted.body, { entry: named, deleted: true });
    assert.deepEqual(await list(), []);
    assertRejected(await remove(place()), 404, -9404, /address book/);
  });

  test('two spellings of an address are one entry, also with a tag', async () => {
    await add();
    await add({ address: strangerAddress().toLowerCase(), name: 'lower case' });
    const xrp = { asset: 'XRP', network: 'XRP', address: xrpAddress };
    await add({ ...xrp, addressTag: '1' });
    await add({ ...xrp, address: xrpUntagged, addressTag: '1', name: 'one' });
    await add({ ...xrp, addressTag: '8' });
    const entries = await list();
    assert.deepEqual(
      entries.map((each: { name: string; addressTag: string }) => [each.name, each.addressTag]),
      [
        ['lower case', ''],
        ['one', '1'],
        ['', '8'],
      ],
    );
    assertRejected(await put({ ...xrp, address: xrpWithTag1 }), 400, -9400, /contains a tag/);
    assert.equal((await remove({ ...xrp, address: xrpWithTag1 })).status, 200);
    assert.equal((await list()).length, 2);
  });

  test('an entry that is not a destination is rejected, naming what is wrong', async () => {
    const wrong: readonly (readonly [object, number, RegExp])[] = [
      [{ ...place(), network: 'MOON' }, 404, /network MOON/],
      [{ ...place(), asset: 'XRP' }, 404, /network ETH of XRP/],
      [{ ...place(), asset: 'NONE' }, 404, /asset NONE/],
      [{ ...place(), address: 'nonsense' }, 400, /^address: 'nonsense' is not an address on ETH/],
      [{ ...place(), addressTag: '1' }, 400, /^addressTag: '1' is not an address tag on ETH/],
      [{ asset: 'ETH', network: 'ETH' }, 400, /^body\.address: is required/],
    ];
    for (const [entry, status, text] of wrong)
      assertRejected(await put(entry), status, status === 404 ? -9404 : -9400, text);
    assert.deepEqual(await list(), []);
    assert.equal((await exchange.operator('GET', '/accounts/nobody@x.com/address-book')).status, 404);
  });

  test('an address book has at most 200 entries, also when requests arrive at once', async () => {
    const numbers = Array.from({ length: 205 }, (_, number) => number + 1);
    const replies = await Promise.all(numbers.map((number) => put(place(number))));
    assert.equal(replies.filter(({ status }) => status === 200).length, 200);
    for (const reply of replies.filter(({ status }) => status !== 200))
      assertRejected(reply, 409, -9409, /has 200 entries/);
    const [first] = await list();
    assert.equal((await put({ ...first, whitelistedFrom: undefined, createdAt: undefined })).status, 200);
    assert.equal((await remove({ ...place(), address: first.address })).status, 200);
    assert.equal((await put(place(250))).status, 200);
  });

  test('the cooling-off time runs from when an address was whitelisted, not from later changes', async () => {
    await delay(24);
    const noted = await add({ whitelisted: false });
    assert.deepEqual([noted.whitelisted, noted.whitelistedFrom], [false, null]);
    const whitelisted = await add();
    assert.ok(whitelisted.whitelistedFrom >= noted.createdAt + 24 * hourMs);
    const renamed = await add({ name: 'renamed' });
    assert.equal(renamed.whitelistedFrom, whitelisted.whitelistedFrom);
    assert.equal((await add({ whitelisted: false })).whitelistedFrom, null);
    await delay(1);
    const again = await add();
    assert.ok(again.whitelistedFrom < whitelisted.whitelistedFrom);
  });

  test('without the setting, withdrawals go to any address', async () => {
    await submit({ address: strangerAddress(3) });
  });

  test('with whitelistOnly, only whitelisted addresses get withdrawals, in any spelling', async () => {
    await add();
    await change({ whitelistOnly: true });
    await submit({ address: strangerAddress().toLowerCase() });
    assertLimited(await withdraw(exchange, customer, { address: strangerAddress(1) }));
    await add({ whitelisted: false });
    assertLimited(await withdraw(exchange, customer));
    assert.equal((await remove(place())).status, 200);
    assertLimited(await withdraw(exchange, customer));
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    await change({ whitelistOnly: false });
    await submit();
  });

  test('an address is whitelisted for its asset and its tag', async () => {
    await credit(exchange, email, 'GAS', '10');
    await credit(exchange, email, 'XRP', '10');
    await change({ whitelistOnly: true });
    await add();
    await add({ asset: 'XRP', network: 'XRP', address: xrpAddress, addressTag: '1' });
    assertLimited(await withdraw(exchange, customer, { asset: 'GAS' }));
    const xrp = { asset: 'XRP', address: xrpAddress };
    assertLimited(await withdraw(exchange, customer, xrp));
    assertLimited(await withdraw(exchange, customer, { ...xrp, addressTag: '8' }));
    await submit({ ...xrp, addressTag: '1' });
    await submit({ ...xrp, address: xrpWithTag1 });
  });

  test('during the cooling-off time the rejection names the end of it', async () => {
    await delay(24);
    const { whitelistedFrom } = await add();
    await change({ whitelistOnly: true });
    const text = new RegExp(`only from ${new Date(whitelistedFrom).toISOString()}`);
    assertLimited(await withdraw(exchange, customer), text);
    await delay(0);
    await submit();
  });

  test('a withdrawal within the exchange needs a whitelisted address too', async () => {
    const friend = await openCustomer(exchange, `friend${number}@x.com`);
    const { address } = await signed(exchange, friend, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
    await change({ whitelistOnly: true });
    assertLimited(await withdraw(exchange, customer, { address }));
    await add({ address });
    assert.equal(
      (await done(exchange, 'GET', `/withdrawals/${await submit({ address })}`)).stage,
      'completed',
    );
  });

  test('confirming and approving check the whitelist again', async () => {
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
    await addByServer();
    const unapproved = await submit();
    await change({ withdrawConfirmation: 'email', whitelistOnly: true });
    const [unconfirmed, small] = [await submit(), await submit({ amount: '0.1' })];
    assert.equal((await remove(place())).status, 200);
    for (const [id, decision] of [
      [unapproved, 'approve'],
      [unconfirmed, 'confirm'],
      [small, 'confirm'],
    ] as const)
      assertRejected(await decide(id, decision), 409, -9409, /only to whitelisted addresses/);
    assert.equal((await done(exchange, 'GET', `/withdrawals/${unapproved}`)).stage, 'awaiting-approval');
    await addByServer();
    assert.equal((await decide(small, 'confirm')).body.stage, 'queued');
    assert.equal((await decide(unconfirmed, 'confirm')).body.stage, 'awaiting-approval');
    assert.equal((await remove(place())).status, 200);
    assertRejected(await decide(unconfirmed, 'approve'), 409, -9409, /only to whitelisted addresses/);
    assert.equal((await decide(unconfirmed, 'reject')).body.stage, 'rejected');
    assert.equal((await decide(unapproved, 'cancel')).body.stage, 'cancelled');
    await reaches(exchange, small, 'broadcast');
  });

  test('a repeated order returns the first reply, whatever the whitelist says now', async () => {
    const order = { withdrawOrderId: 'first' };
    const id = await submit(order);
    await change({ whitelistOnly: true });
    assert.equal(await submit(order), id);
    assertLimited(await withdraw(exchange, customer, { withdrawOrderId: 'second' }));
  });
});
