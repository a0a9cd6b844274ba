/**
 * A running server with one account of each kind, and a client that checks every reply against the contract: success
 * bodies against the schema of their operation, errors against the error body and the errors that the operation lists.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { DefiningNetwork } from '../../src/command/catalog/asset-put.ts';
import type { SettingsChange } from '../../src/command/settings/settings-put.ts';
import type { CustomerErrorId } from '../../src/contract/customer-errors.ts';
import { api, bodyOfError, type Dialect, wapi } from '../../src/contract/dialect.ts';
import { definitionOf, describeError } from '../../src/contract/error-table.ts';
import type { DetailsOf, ErrorDetails } from '../../src/contract/errors.ts';
import { errorsOf, isSigned, type Operation, type ShownErrorId } from '../../src/contract/operation.ts';
import type { Permission } from '../../src/contract/permission.ts';
import { permissions } from '../../src/contract/permission.ts';
import { createSchemaCheck, type SchemaCheck } from '../../src/contract/schema-check.ts';
import { columnName } from '../../src/store/columns.ts';
import { type TableName, tables } from '../../src/store/tables.ts';
import { openSql, type Sql } from '../support/database.ts';
import { type Credentials, type Exchange, sign, startExchange } from '../support/exchange.ts';
import { buildWorld, type Customer, createKey, done } from '../support/world.ts';
import { asset, network, operator, worldPlan } from '../support/world-plan.ts';
import { sendRequest, type WireReply, type WireRequest } from './wire.ts';

/** A request of an operation; omitted fields get valid defaults. */
export type Call = {
  readonly operation: Operation;
  readonly method?: string;
  readonly path?: string;
  /** null: no key. */
  readonly key?: Pick<Credentials, 'apiKey'> & Partial<Credentials>;
  readonly query?: string;
  /** timestamp and recvWindow; defaults to the current time. */
  readonly timing?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the correct signature; empty: no signature. */
  readonly signature?: string;
};

export type Reply = WireReply & { readonly body: Record<string, unknown> };

export class ContractWorld {
  readonly exchange: Exchange;
  /** Direct database access, behind the server's back. */
  readonly sql: Sql;
  /** An account with all permissions. */
  master!: Customer;
  sub!: Customer;
  disabled!: Customer;
  /** Its withdrawals need a questionnaire. */
  regulated!: Customer;
  /** Keys of the master, each with all permissions but one. */
  readonly without = {} as Record<Permission, Credentials>;

  private constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.sql = openSql(exchange.location);
  }

  static async start(flags: readonly string[] = []): Promise<ContractWorld> {
    const world = new ContractWorld(await startExchange(flags));
    await world.#build();
    return world;
  }

  /** Sends a call. */
  async call(call: Call): Promise<Reply> {
    return this.send(this.requestOf(call), call.operation);
  }

  /** Sends anything; the reply is checked against `operation` if given. */
  async send(request: WireRequest, operation?: Operation): Promise<Reply> {
    const reply = await sendRequest(this.exchange.server.port, request);
    return { ...reply, body: assertLawful(reply, operation) };
  }

  requestOf({ operation, ...call }: Call): WireRequest {
    const { method = operation.method, path = operation.paths[0], body = '', headers = {} } = call;
    if (!isSigned(operation.security)) {
      const query = call.query ? `?${call.query}` : '';
      return { method, target: `${path}${query}`, headers, ...(body !== '' && { body }) };
    }
    const {
      key = operation.subAccountOnly ? this.sub : this.master,
      query = '',
      timing = `timestamp=${Date.now()}`,
    } = call;
    const payload = [query, timing].filter((part) => part !== '').join('&');
    const signature = call.signature ?? sign(key.secretKey ?? '', payload + body);
    const signed = signature === '' ? payload : [payload, `signature=${signature}`].filter(Boolean).join('&');
    const form = body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    return {
      method,
      target: `${path}?${signed}`,
      headers: { 'x-mbx-apikey': key.apiKey, ...form, ...headers },
      ...(body !== '' && { body }),
    };
  }

  async set(settings: SettingsChange['settings']): Promise<void> {
    await done(this.exchange.server.commands.submit('putSettings', { operator, settings }));
  }

  /** Digest of everything stored, except bans and rows that workers write as time passes. */
  async digest(): Promise<string> {
    const contents = await Promise.all(
      watched.map((table) =>
        this.sql.rows(`SELECT * FROM ${table} ORDER BY ${tables[table].key.map(columnName).join()}`),
      ),
    );
    return createHash('sha256').update(textOf(contents)).digest('hex');
  }

  async close(): Promise<void> {
    await this.sql[Symbol.asyncDispose]();
    await this.exchange.close();
  }

  async #build(): Promise<void> {
    const { server } = this.exchange;
    const { master, sub, disabled, regulated } = await buildWorld(server, plan);
    Object.assign(this, { master, sub, disabled, regulated });
    await createKey(server, sub.email, { apiKey: spareKey });
    for (const missing of permissions) {
      const rest = permissions.filter((each) => each !== missing);
      this.without[missing] = await createKey(server, master.email, { permissions: rest });
    }
  }
}

/** A key of the sub-account that may be revoked. */
export const spareKey = 'SpareKeyOfSub'.padEnd(64, 'k');

export const insideAddress = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';

const unwatched: ReadonlySet<TableName> = new Set(['bans', 'transfer_seals', 'trading_indicators']);
const watched = (Object.keys(tables) as TableName[]).filter((table) => !unwatched.has(table));
const textOf = (contents: unknown) =>
  JSON.stringify(contents, (_key, value) => (typeof value === 'bigint' ? `${value}` : value));

const open = (code: string, terms: Partial<DefiningNetwork> = {}) =>
  asset(code, [network(code, 'opaque', terms)]);
const ether = [
  network('ETH', 'evm', { withdrawFee: 1_000_000n, withdrawMinimum: 2_000_000n }),
  network('CLOSED', 'evm', { withdrawEnabled: false }),
];
const plan = worldPlan({
  assets: [
    [asset('ETH', ether), null],
    [{ ...open('CAP'), withdrawMaximumPerDay: 5_00000000n }, null],
    [open('STEP', { withdrawMultiple: 50_000_000n }), null],
    [open('FEE', { withdrawFee: 2_00000000n, withdrawMinimum: 1_00000000n }), null],
    [open('ADA'), '0.5'],
    [open('BNB'), '500'],
    [open('BTC'), '50000'],
    [open('PENNY'), '0.00000001'],
    [open('SOL'), '2'],
    [open('USDT'), '1'],
  ],
  symbols: [{ symbol: 'ETHBTC', baseAsset: 'ETH', quoteAsset: 'BTC', maker: '0.001', taker: '0.001' }],
  accounts: {
    master: {
      balances: [
        ...['ETH 1000', 'CAP 100', 'STEP 100', 'FEE 100'],
        ...['USDT 100', 'ADA 1', 'PENNY 0.00000001', 'BNB 1'],
      ],
    },
    sub: { master: 'master', balances: ['ETH 1000'] },
    disabled: { change: { enabled: false } },
    regulated: { balances: ['ETH 100'], change: { travelRuleCountry: 'AE' } },
    // Withdrawals to this address complete at once, so that no worker writes while a test checks what was written.
    stranger: { addresses: [{ asset: 'ETH', network: 'ETH', address: insideAddress }] },
  },
});

const replyChecks = new Map<Operation, SchemaCheck>();

function replyCheckOf(operation: Operation): SchemaCheck {
  const known = replyChecks.get(operation) ?? createSchemaCheck(operation.reply);
  replyChecks.set(operation, known);
  return known;
}

/** A few replies of the exchange have a code although they are no errors. */
function hasCode(operation: Operation | undefined): boolean {
  const { properties = {} } = (operation?.reply ?? {}) as { properties?: object };
  return Object.hasOwn(properties, 'code');
}

/** Checks the rules for all replies. @returns the body. */
function assertLawful({ status, headers, text }: WireReply, operation?: Operation): Record<string, unknown> {
  assert.equal(headers['content-type'], 'application/json;charset=utf-8');
  assertWeightShown(headers, operation);
  assert.equal(headers['retry-after'] !== undefined, status === 429 || status === 418, text);
  const body = JSON.parse(text) as Record<string, unknown>;
  if (status === 200) {
    if (!hasCode(operation)) assert.ok(!Object.hasOwn(body, 'code'), text);
    if (operation !== undefined) assert.equal(replyCheckOf(operation)(body), null, text);
    return body;
  }
  if (status === 404 && body.path !== undefined) {
    assert.deepEqual(Object.keys(body), ['timestamp', 'status', 'error', 'message', 'path'], text);
    return body;
  }
  const { name, errors, errorBody } = operation?.dialect ?? api;
  const shape = errorBody({ success: false, code: 0, msg: '' });
  if (operation !== undefined) assert.deepEqual(Object.keys(body), Object.keys(shape), text);
  const ids = operation === undefined ? (Object.keys(errors) as ShownErrorId[]) : errorsOf(operation);
  const listed = ids.some((id) => definitionOf(errors, id)?.code === body.code);
  assert.ok(listed, `${operation?.id ?? name} does not list ${text}`);
  return body;
}

/**
 * A reply shows the weight used in the shared pool. If its operation has counters of its own, it shows one of those, or
 * none if no counter has counted the request.
 */
function assertWeightShown(headers: WireReply['headers'], operation: Operation | undefined): void {
  const shown = Object.keys(headers).filter((name) => /^x-(mbx|sapi)-/.test(name));
  for (const name of shown) assert.match(String(headers[name]), /^[0-9]+$/, name);
  if (operation?.weights && shown.length < 2) {
    assert.ok(shown.every((name) => name.startsWith('x-sapi-used-')));
    return;
  }
  assert.deepEqual(shown.sort(), ['x-mbx-used-weight', 'x-mbx-used-weight-1m']);
  assert.equal(headers['x-mbx-used-weight-1m'], headers['x-mbx-used-weight']);
}

/** Checks status and body exactly. `dialect` selects the text of a missing permission. */
export function assertRejected(
  reply: WireReply,
  id: CustomerErrorId,
  details: ErrorDetails = {},
  dialect: Dialect = wapi,
): void {
  const rejection = { rejected: id, details: details as DetailsOf<CustomerErrorId> };
  const { error, status, body } = describeError(rejection, dialect.errors);
  const { path = '', timestamp: nowMs = 0 } = JSON.parse(reply.text) as { path?: string; timestamp?: number };
  assert.equal(reply.text, JSON.stringify(bodyOfError(dialect, { error, body }, { path, nowMs })));
  assert.equal(reply.status, status);
}
