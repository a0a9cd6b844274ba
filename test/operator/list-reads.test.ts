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
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { rowsOfEach as count, fillLists, masterEmail, subEmail } from './list-world.ts';
import { done, signed } from './operator-client.ts';

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
    ({ master, sub } = await fillLists(exchange));
    for (const email of [masterEmail, subEmail])
      callerIds.add((await exchange.server.reads.row('accounts', { email }))?.id);
  });
  after(() => exchange.close());

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
