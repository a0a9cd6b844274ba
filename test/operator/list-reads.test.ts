/**
 * No list of either API reads once per row: a page of many rows takes as many reads as a page of one. Every operation
 * with a `limit` is tested; a new one needs rows in the world below.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { isOfLab } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { credit, done, openCustomer, reaches, signed, strangerAddress, withdraw } from './operator-client.ts';

const count = 5;
const reason = 'a test';
const masterEmail = 'master@x.com';
const subEmail = 'sub@x.com';
const ripple = { scale: 6, networks: [{ network: 'XRP', minConfirm: 1, unlockConfirm: 1 }] };
const dollar = { networks: [{ network: 'BSC', minConfirm: 1, unlockConfirm: 1 }] };
const upTo = Array.from({ length: count }, (_, index) => index);
const strangerAt = (number: number) =>
  deriveAddress({ addressFormat: 'ripple' }, new Uint8Array(32).fill(number));

/** The lists of the lab are in memory. */
const operatorLists = operatorOperations.filter(
  (each) =>
    each.method === 'GET' &&
    'limit' in each.query.properties &&
    !isOfLab(each) &&
    // It shows several kinds of rows, each with reads of its own.
    each.id !== 'listInbox',
);
/** The limit of a snapshot counts days, for each of which it reads balances. */
const customerLists = (Object.values(customerOperations) as readonly Operation[]).filter(
  ({ id, method, parameters }) => method === 'GET' && 'limit' in parameters && id !== 'accountSnapshot',
);

describe('reads of lists', () => {
  let exchange: Exchange;
  let master: Credentials;
  let sub: Credentials;
  const callerIds = new Set<number | undefined>();

  before(async () => {
    exchange = await startExchange();
    master = await openCustomer(exchange, masterEmail);
    await done(exchange, 'POST', '/accounts', { email: subEmail, master: masterEmail });
    sub = await done(exchange, 'POST', `/accounts/${subEmail}/api-keys`, {});
    for (const email of [masterEmail, subEmail])
      callerIds.add((await exchange.server.reads.row('accounts', { email }))?.id);
    await fill();
  });
  after(() => exchange.close());

  /** Several rows in every list, of different accounts where the list shows accounts. */
  async function fill(): Promise<void> {
    await done(exchange, 'PUT', '/assets/XRP', ripple);
    await done(exchange, 'PUT', '/assets/BNB', { networks: [{ network: 'BSC' }] });
    await done(exchange, 'PUT', '/assets/BUSD', dollar);
    // The custody of others, so that a deposit that was spent can be taken back.
    await credit(exchange, masterEmail, 'BUSD', '100');
    for (const asset of ['ETH', 'BNB']) await done(exchange, 'PUT', `/prices/${asset}`, { price: '1' });
    await done(exchange, 'PUT', '/settings', { dustLimitBtc: null });
    await done(exchange, 'PUT', '/networks/HAND', { addressFormat: 'opaque', connector: 'manual' });
    await done(exchange, 'PUT', '/assets/HAND', { networks: [{ network: 'HAND' }] });
    await credit(exchange, masterEmail, 'ETH', '100');
    const { address } = await signed(exchange, master, 'GET', '/wapi/v3/depositAddress.html', {
      asset: 'XRP',
    });
    for (const index of upTo) await fillFor(index, address);
    await done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count: 2 });
    const { deposits } = await done(exchange, 'GET', '/deposits?unattributed=true');
    assert.equal(deposits.length, 2 * count);
    for (const [index, { id }] of deposits.slice(0, count).entries())
      await done(exchange, 'POST', `/deposits/${id}/return`, { address: strangerAt(index), reason });
    await fillOwed();
  }

  /** Each customer has spent a deposit that is reorganised away. */
  async function fillOwed(): Promise<void> {
    await done(exchange, 'POST', '/chain/blocks', { network: 'BSC', count: 2 });
    for (const index of upTo) {
      const spent = { asset: 'BUSD', amount: '1', reason };
      await done(exchange, 'POST', `/accounts/customer${index}@x.com/debit`, spent);
    }
    const lost = { network: 'BSC', count: 2, dropDeposits: true };
    await done(exchange, 'POST', '/chain/reorganisations', lost);
  }

  /** One row more in each list of the master, and a customer with a sub-account, a withdrawal and a deposit. */
  async function fillFor(index: number, shared: string): Promise<void> {
    const email = `customer${index}@x.com`;
    const customer = await openCustomer(exchange, email);
    const child = `child${index}@x.com`;
    await done(exchange, 'POST', '/accounts', { email: child, master: masterEmail });
    await done(exchange, 'POST', '/accounts', { email: `child-of-${email}`, master: email });
    await credit(exchange, email, 'ETH', '10');
    for (const each of [customer, master]) {
      const { status, text, body } = await withdraw(exchange, each, { address: strangerAddress(index) });
      assert.equal(status, 200, text);
      await reaches(exchange, body.id, 'broadcast');
    }
    await credit(exchange, email, 'HAND', '1');
    const byHand = { asset: 'HAND', address: 'far-away', amount: '1' };
    await signed(exchange, customer, 'POST', '/wapi/v3/withdraw.html', byHand);
    const questioned = { coin: 'ETH', address: strangerAddress(index), amount: '1', questionnaire: '{}' };
    await signed(exchange, master, 'POST', '/sapi/v1/localentity/withdraw/apply', questioned);
    for (const each of [customer, master, sub]) {
      const own = await signed(exchange, each, 'GET', '/wapi/v3/depositAddress.html', { asset: 'XRP' });
      const deposit = { asset: 'XRP', address: own.address, addressTag: own.addressTag, amount: '1' };
      await done(exchange, 'POST', '/deposits', deposit);
    }
    const { address } = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', {
      asset: 'BUSD',
    });
    await done(exchange, 'POST', '/deposits', { asset: 'BUSD', address, amount: '1' });
    for (const addressTag of [`77${index}`, `88${index}`])
      await done(exchange, 'POST', '/deposits', { asset: 'XRP', address: shared, addressTag, amount: '5' });
    for (const toEmail of [child, subEmail]) {
      const move = { fromEmail: masterEmail, toEmail, asset: 'ETH', amount: '1' };
      await signed(exchange, master, 'POST', '/wapi/v3/sub-account/transfer.html', move);
    }
    await signed(exchange, master, 'POST', '/sapi/v1/asset/dust', 'asset=ETH');
    await credit(exchange, masterEmail, 'ETH', '100');
    const dividend = { asset: 'BNB', holdersOf: 'ETH', total: '100', info: 'a gift', reason };
    await done(exchange, 'POST', '/dividends', dividend);
    await done(exchange, 'POST', `/accounts/${masterEmail}/notes`, { text: `note ${index}` });
    await done(exchange, 'PUT', '/policies', { rules: [{ name: `rule ${index}`, decision: 'auto' }] });
    await done(exchange, 'POST', '/changes', { operation: 'payDividend', body: dividend, reason });
  }

  /**
   * Besides what handlers read: the caller's own key and account, and the bans and whether there is an administrator,
   * which are cached.
   */
  function isOfHandler([first, where]: readonly unknown[]): boolean {
    if (first === 'api_keys' || first === 'bans' || first === 'operators') return false;
    return first !== 'accounts' || !callerIds.has((where as { id?: number }).id);
  }

  async function readsOf<T>(work: () => Promise<T>): Promise<{ reply: T; reads: readonly string[] }> {
    const called: string[] = [];
    // On SQLite, both are the same.
    const all = [...new Set([exchange.server.reads, exchange.server.limitedReads])] as object[];
    const originals = all.map((reads) => ({ ...reads }));
    for (const reads of all)
      for (const [name, read] of Object.entries(reads))
        Object.assign(reads, {
          [name]: (...input: readonly unknown[]) => {
            if (isOfHandler(input)) called.push(name);
            return read(...input);
          },
        });
    try {
      return { reply: await work(), reads: called };
    } finally {
      for (const [index, reads] of all.entries()) Object.assign(reads, originals[index]);
    }
  }

  async function assertSameReads(ask: (query: { limit: number }) => Promise<object>): Promise<void> {
    const one = await readsOf(() => ask({ limit: 1 }));
    const many = await readsOf(() => ask({ limit: 100 }));
    assert.equal(rowsIn(one.reply), 1);
    assert.ok(rowsIn(many.reply) >= count, `only ${rowsIn(many.reply)} rows`);
    assert.ok(one.reads.length > 0);
    assert.deepEqual(many.reads, one.reads);
  }

  for (const { id, path } of operatorLists) {
    test(`N+1: ${id} reads as often for many rows as for one`, async () => {
      const place = path.replace('/operator/v1', '').replace('{email}', masterEmail);
      await assertSameReads(async ({ limit }) => {
        const reply = await done(exchange, 'GET', `${place}?limit=${limit}`);
        return reply.entries ?? reply;
      });
    });
  }
  test('N+1: the same holds for withdrawals of one status and for unattributed deposits', async () => {
    await assertSameReads(({ limit }) => done(exchange, 'GET', `/withdrawals?status=4&limit=${limit}`));
    await assertSameReads(({ limit }) => done(exchange, 'GET', `/deposits?unattributed=true&limit=${limit}`));
  });

  for (const kind of ['change', 'unattributed-deposit'])
    test(`N+1: the inbox reads as often for many items of kind ${kind} as for one`, () =>
      assertSameReads(({ limit }) => done(exchange, 'GET', `/inbox?kind=${kind}&limit=${limit}`)));

  for (const { id, paths, parameters } of customerLists) {
    test(`N+1: ${id} reads as often for many rows as for one`, async () => {
      const named = id === 'subAccountDepositHisrec' ? subEmail : masterEmail;
      const email = 'email' in parameters && parameters.email?.mandatory ? { email: named } : {};
      const isOfSub = id === 'subUserTransferHistory';
      const caller = isOfSub ? sub : master;
      const incoming = isOfSub ? { type: 1 } : {};
      await assertSameReads(({ limit }) =>
        signed(exchange, caller, 'GET', paths[0] as string, { ...email, ...incoming, limit }),
      );
    });
  }
});

/** The length of the first array in a reply. */
function rowsIn(reply: object): number {
  if (Array.isArray(reply)) return reply.length;
  for (const value of Object.values(reply)) {
    if (Array.isArray(value)) return value.length;
    if (typeof value === 'object' && value !== null) return rowsIn(value);
  }
  throw new Error(`no list in ${JSON.stringify(reply)}`);
}
