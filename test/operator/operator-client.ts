/** Common parts of the operator API tests: a small world created through the API itself, and its clients. */
import assert from 'node:assert/strict';
import { deriveAddress } from '../../src/domain/address/address.ts';
import type { Credentials, Exchange, Query, Reply } from '../support/exchange.ts';
import { createKey } from '../support/world.ts';

type Body = Reply['body'];

/** Sends a request as a named operator; a text `body` is sent verbatim. */
export async function ask(
  exchange: Exchange,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${exchange.operatorUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${exchange.server.operatorToken}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text && JSON.parse(text) };
}

/** The body of the reply to a request that must succeed. */
export async function done(exchange: Exchange, method: string, path: string, body?: unknown): Promise<Body> {
  const reply = await exchange.operator(method, path, body);
  assert.ok(reply.status === 200 || reply.status === 201, `${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}

export function assertRejected(reply: Reply, status: number, code: number, text?: RegExp): void {
  assert.deepEqual([reply.status, reply.body.success, reply.body.code], [status, false, code], reply.text);
  if (text !== undefined) assert.match(reply.body.msg, text);
}

/** An EVM address that belongs to nobody, different for each number. */
export function strangerAddress(number = 0): string {
  return deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32).fill(number));
}

export const ether = { scale: 18, networks: [{ network: 'ETH', withdrawFee: '0.01', unlockConfirm: 3 }] };

/** Defines ETH, and opens an account with a key; without terms, with one that no operator has created. */
export async function openCustomer(
  exchange: Exchange,
  email: string,
  key: object = {},
): Promise<Credentials> {
  const known = await exchange.operator('GET', '/assets/ETH');
  if (known.status === 404) await done(exchange, 'PUT', '/assets/ETH', ether);
  await done(exchange, 'POST', '/accounts', { email });
  if (Object.keys(key).length === 0) return createKey(exchange.server, email);
  return done(exchange, 'POST', `/accounts/${email}/api-keys`, key);
}

/** A customer; `number` is different for each customer of a test file. */
type NumberedCustomer = {
  readonly number: number;
  readonly email: string;
  readonly customer: Credentials;
};

let customers = 0;

export async function openNextCustomer(exchange: Exchange): Promise<NumberedCustomer> {
  const number = ++customers;
  const email = `customer${number}@x.com`;
  return { number, email, customer: await openCustomer(exchange, email) };
}

/** Reads and changes reference data, and asks for deposit addresses. */
export function catalogClient(exchange: () => Exchange) {
  return {
    put: (path: string, body: object) => exchange().operator('PUT', path, body),
    patch: (path: string, body: object) => exchange().operator('PATCH', path, body),
    get: (path: string) => done(exchange(), 'GET', path),
    /** A PUT that must succeed. */
    define: (path: string, body: object) => done(exchange(), 'PUT', path, body),
    addressOf: (customer: Credentials, asset: string, network: string) =>
      signed(exchange(), customer, 'GET', '/wapi/v3/depositAddress.html', { asset, network }),
  };
}

export function credit(exchange: Exchange, email: string, asset: string, amount: string): Promise<Body> {
  return done(exchange, 'POST', `/accounts/${email}/credit`, { asset, amount, reason: 'a test' });
}

export function balance(
  exchange: Exchange,
  email: string,
  asset: string,
): Promise<{ free: string; held: string }> {
  return done(exchange, 'GET', `/accounts/${email}/balances`).then(({ balances }) => {
    const { free, held } = balances.find((each: { asset: string }) => each.asset === asset);
    return { free, held };
  });
}

/** The body of the reply to a customer's signed request that must succeed. */
export async function signed(
  exchange: Exchange,
  customer: Credentials,
  method: string,
  path: string,
  query: Query = '',
): Promise<Body> {
  const reply = await exchange.signed(customer, method, path, query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}

export function withdraw(
  exchange: Exchange,
  customer: Credentials,
  query: Record<string, string> = {},
): Promise<Reply> {
  const request = { asset: 'ETH', address: strangerAddress(), amount: '1', ...query };
  return exchange.signed(customer, 'POST', '/wapi/v3/withdraw.html', request);
}

/** Submits a withdrawal that must be accepted. @returns its id. */
export async function submitted(
  exchange: Exchange,
  customer: Credentials,
  query: Record<string, string> = {},
): Promise<string> {
  const reply = await withdraw(exchange, customer, query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body.id;
}

/** Waits until the withdrawal has reached a stage. */
export async function reaches(
  exchange: Exchange,
  id: string,
  stage: string,
  help: () => Promise<unknown> = async () => {},
): Promise<Body> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    await help();
    const withdrawal = await done(exchange, 'GET', `/withdrawals/${id}`);
    if (withdrawal.stage === stage) return withdrawal;
    assert.ok(performance.now() < deadline, `${id} is ${withdrawal.stage}, not ${stage}`);
  }
}

/** The cookie of a session. */
export const cookieOf = ({ server }: Exchange, secret: string): string =>
  `bursar_session_${server.operatorPort}=${secret}`;
