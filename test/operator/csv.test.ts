/** Every list of the operator API as CSV, with the rows and values of its JSON. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isList } from '../../src/contract/list-csv.ts';
import { isOfLab, type OperatorOperation } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { fillLists, masterEmail, rowsOfEach } from './list-world.ts';
import { done } from './operator-client.ts';

type Json = Readonly<Record<string, unknown>>;

const asCsv = operatorOperations.filter(({ csv }) => csv !== undefined);
/** Those of the lab need one, and those about the caller a session. */
const served = asCsv.filter((each) => !isOfLab(each) && !each.path.includes('/me/'));
/** Lists in which `fillLists` puts no rows, or whose rows are not of the master. */
const mayBeEmpty = ['listBans', 'listSymbols', 'listOperators', 'listTokens', 'listAddressBook'];

test('every list can be asked for as CSV', () => {
  const lists = operatorOperations.filter(isList);
  assert.ok(lists.length > 30);
  assert.deepEqual(
    lists.filter(({ csv, query }) => csv === undefined || !('format' in query.properties)),
    [],
  );
  assert.ok(asCsv.some(({ id }) => id === 'getStatement'));
});

describe('lists as CSV', () => {
  let exchange: Exchange;

  before(async () => {
    exchange = await startExchange();
    await fillLists(exchange);
    // After these blocks, withdrawals and deposits no longer change between two requests.
    for (const network of ['ETH', 'XRP', 'BSC'])
      await done(exchange, 'POST', '/chain/blocks', { network, count: 50 });
    await settled();
    await exchange.operator('PUT', '/symbols/ETHBTC', { status: 'TRADING' });
  });
  after(() => exchange.close());

  async function settled(): Promise<void> {
    for (;;) {
      const { withdrawals } = await done(exchange, 'GET', '/withdrawals?network=ETH&limit=1000');
      if (withdrawals.every(({ status }: { status: number }) => status !== 4)) return;
    }
  }

  const placeOf = ({ path }: OperatorOperation) =>
    path.replace('/operator/v1', '').replace('{email}', masterEmail).replace('{network}', 'HAND');
  const get = (place: string, accept?: string) =>
    fetch(`${exchange.operatorUrl}/operator/v1${place}`, {
      headers: {
        authorization: `Bearer ${exchange.server.operatorToken}`,
        ...(accept !== undefined && { accept }),
      },
    });

  /** All rows, page by page; those of a page that is oldest first are turned round where later pages are older. */
  async function rowsOf(operation: OperatorOperation): Promise<readonly Json[]> {
    const rows: Json[] = [];
    const isNewestLast = ['listChanges', 'listDividends', 'listPolicies'].includes(operation.id);
    const paged = 'limit' in operation.query.properties ? '&limit=2' : '';
    for (let place = ''; ; ) {
      const page = await done(exchange, 'GET', `${placeOf(operation)}?format=json${paged}${place}`);
      // cast: the rows are the only list of objects, which the declaration checks.
      const found = listOf(page);
      rows.push(...(isNewestLast ? found.toReversed() : found));
      if (page.nextCursor) place = `&cursor=${page.nextCursor}`;
      else if (page.next) place = `&after=${page.next}`;
      else return rows;
    }
  }

  const listOf = (page: Json): readonly Json[] => {
    // cast: of a statement, the entries; of others, the only list of objects.
    const { entries, opening: _, closing: __, ...rest } = page as Record<string, readonly Json[]>;
    return entries ?? Object.values(rest).find((value) => Array.isArray(value)) ?? [];
  };

  for (const operation of served)
    test(`${operation.id} has the same rows as CSV as in the pages of its JSON`, async () => {
      const reply = await get(`${placeOf(operation)}?format=csv`);
      assert.equal(reply.status, 200);
      assert.match(reply.headers.get('content-type') ?? '', /^text\/csv/);
      assert.match(reply.headers.get('content-disposition') ?? '', /filename="[a-z-]+\.csv"/);
      const [head = [], ...lines] = parsed(await reply.text());
      const rows = await rowsOf(operation);
      assert.deepEqual(head, operation.csv?.columns);
      assert.equal(lines.length, rows.length);
      if (!mayBeEmpty.includes(operation.id)) assert.ok(rows.length > 0, 'no rows to compare');
      if (operation.id === 'listTransfers') return;
      for (const [index, row] of rows.entries()) {
        const line = lines[index] ?? [];
        for (const [place, column] of head.entries())
          assert.equal(line[place], shown(valueAt(row, column)), `${index}: ${column}`);
      }
    });

  test('a limit bounds the rows of a CSV, whatever the pages', async () => {
    for (const operation of served.filter(({ query }) => 'limit' in query.properties)) {
      const lines = parsed(await (await get(`${placeOf(operation)}?format=csv&limit=3`)).text());
      const all = await rowsOf(operation);
      assert.equal(lines.length - 1, Math.min(3, all.length), operation.id);
    }
  });

  test('the accounts of a CSV are read page by page, and a cursor does not shift', async () => {
    const [, ...lines] = parsed(await (await get('/accounts?format=csv')).text());
    assert.ok(lines.length > 2 * rowsOfEach);
    const { nextCursor } = await done(exchange, 'GET', '/accounts?limit=2');
    await done(exchange, 'POST', '/accounts', { email: 'late@x.com' });
    const { accounts } = await done(exchange, 'GET', `/accounts?limit=2&cursor=${nextCursor}`);
    assert.deepEqual(
      accounts.map(({ email }: { email: string }) => email),
      lines.slice(2, 4).map(([email]) => email),
    );
    assert.equal((await get(`/changes?cursor=${nextCursor}`)).status, 400);
    assert.equal((await get(`/accounts?cursor=${nextCursor}&offset=1`)).status, 400);
  });

  test('the header Accept decides by its preferences', async () => {
    for (const [accept, isCsv] of [
      ['text/csv', true],
      ['TEXT/CSV', true],
      ['application/json;q=0.5, text/csv; header=present', true],
      ['text/csv;q=0', false],
      ['text/html, */*;q=0.8', false],
      ['', false],
    ] as const) {
      const reply = await get('/withdrawals?limit=1', accept);
      assert.equal(reply.status, 200, accept);
      assert.equal(reply.headers.get('content-type')?.startsWith('text/csv'), isCsv, accept);
    }
    assert.match((await get('/prices?format=json', 'text/csv')).headers.get('content-type') ?? '', /json/);
  });
});

/** The cells of each line. */
function parsed(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}

const valueAt = (row: Json, column: string): unknown =>
  column.split('.').reduce<unknown>((value, name) => (value as Json | null | undefined)?.[name], row);

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
