/** A server with the lab, and its worlds as their clients see them. */
import assert from 'node:assert/strict';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { outsideAddresses } from '../support/standard-world.ts';

export type IssuedKey = Credentials & { readonly email: string };
// biome-ignore lint/suspicious/noExplicitAny: tests access any field of a reply
export type Json = any;

export const demoKey: Credentials = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  secretKey: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
};

const [address = ''] = outsideAddresses.ETH ?? [];

/** The id of the operation, its method and what follows `/lab/worlds`. */
type Call = readonly [id: string, method: string, path: string];

/** The first key of a new world, which is that of its demo account. */
export const mainKey = ({ apiKeys }: Json): IssuedKey => apiKeys[0];

export class WorldsClient {
  readonly exchange: Exchange;

  private constructor(exchange: Exchange) {
    this.exchange = exchange;
  }

  static async start(flags: readonly string[] = []): Promise<WorldsClient> {
    return new WorldsClient(await startExchange(['--demo', '1', '--lab', '1', ...flags]));
  }

  /** Calls an operation on worlds, whose reply must be as declared. */
  async call([id, method, path]: Call, body?: object): Promise<Json> {
    const operation = operationNamed(id);
    const base = operation.path.startsWith('/operator/v1/lab/worlds')
      ? '/lab/worlds'
      : '/lab/imported-worlds';
    const reply = await this.exchange.operator(method, `${base}${path}`, body);
    assert.equal(reply.status, operation.status, reply.text);
    assert.equal(createSchemaCheck(operation.reply)(reply.body), null, reply.text);
    return reply.body;
  }

  create(body: object = {}): Promise<Json> {
    return this.call(['createLabWorld', 'POST', ''], body);
  }

  fork(name: string, body: object = {}): Promise<Json> {
    return this.call(['forkLabWorld', 'POST', `/${name}/fork`], body);
  }

  show(name: string): Promise<Json> {
    return this.call(['getLabWorld', 'GET', `/${name}`]);
  }

  snapshot(name: string, body: object = {}): Promise<Json> {
    return this.call(['createLabSnapshot', 'POST', `/${name}/snapshots`], body);
  }

  restore(name: string, snapshot: string): Promise<Json> {
    return this.call(['restoreLabWorld', 'POST', `/${name}/restore`], { snapshot });
  }

  reset(name: string): Promise<Json> {
    return this.call(['resetLabWorld', 'POST', `/${name}/reset`], {});
  }

  /** An operation of the operator's API within a world. */
  async operate(world: string, method: string, path: string, body?: object): Promise<Reply> {
    const { operatorUrl, server } = this.exchange;
    const response = await fetch(`${operatorUrl}/operator/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.operatorToken}`,
        'bursar-world': world,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }

  /** The free balance of the account of a key. */
  async free(key: Credentials, asset = 'ETH', prefix = ''): Promise<string> {
    const path = `${prefix}/sapi/v3/asset/getUserAsset`;
    const { status, body, text } = await this.exchange.signed(key, 'POST', path, { asset });
    assert.equal(status, 200, text);
    return body[0]?.free ?? '0';
  }

  /** @returns the id of the withdrawal. */
  async withdraw(key: Credentials, amount = '1', more: object = {}): Promise<string> {
    const order = { coin: 'ETH', address, amount, ...more };
    const { status, body, text } = await this.exchange.signed(
      key,
      'POST',
      '/sapi/v1/capital/withdraw/apply',
      order,
    );
    assert.equal(status, 200, text);
    return body.id;
  }

  /** Whether a withdrawal is refused without an id, as with `success-false`. */
  async refusedWithdrawal(key: Credentials): Promise<boolean> {
    const path = '/sapi/v1/capital/withdraw/apply';
    const { body } = await this.exchange.signed(key, 'POST', path, { coin: 'ETH', address, amount: '1' });
    return body.id === undefined;
  }

  async stageOf(world: string, withdrawalId: string): Promise<string | undefined> {
    return (await this.operate(world, 'GET', `/withdrawals/${withdrawalId}`)).body.stage;
  }
}
