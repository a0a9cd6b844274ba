/** Requests that are rejected before their account is known, which only the address counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sapi } from '../contract/dialect.ts';
import { type Operation, operation } from '../contract/operation.ts';
import { type OwnWeights, ownLimits } from '../contract/own-weights.ts';
import { Type } from '../contract/schema.ts';
import { KnownBans } from '../limiter/bans.ts';
import { MemoryLimiter } from '../limiter/memory.ts';
import { RequestContext } from './request-context.ts';
import { countAccountWeight, countRejected, countWeightAndRejectBanned } from './weights.ts';

const noonMs = Date.UTC(2019, 6, 17, 12);
const now = { now: () => noonMs };

function limited(weights: OwnWeights): Operation {
  const paths = ['/sapi/v1/one'];
  const summary = 'One.';
  return operation({
    id: 'one',
    dialect: sapi,
    method: 'GET',
    paths,
    summary,
    weights,
    reply: Type.Object({}),
  });
}

class Requests {
  readonly limiter = new MemoryLimiter(1200, new KnownBans(async () => true));
  readonly #operation: Operation;

  constructor(weights: OwnWeights) {
    this.#operation = limited(weights);
  }

  /** @param accountId null: the request is rejected before the account is known. */
  send(ip: string, accountId: number | null) {
    const request = { method: 'GET', target: '/sapi/v1/one', headers: {}, rawHeaders: [], body: '', ip };
    const context = new RequestContext(request, { wire: now, world: now } as never, () => ({
      operation: this.#operation,
      dialect: sapi,
      allowedMethods: [],
    }));
    const first = countWeightAndRejectBanned(context, this);
    if (first !== undefined || accountId === null) {
      countRejected(context, this);
      return { rejection: first, context };
    }
    context.key = { account: { id: accountId } } as RequestContext['key'];
    return { rejection: countAccountWeight(context, this), context };
  }
}

test('an operation with a weight per account limits the requests of an address that it rejects', () => {
  const requests = new Requests({ account: 900 });
  for (let sent = 0; sent <= ownLimits.address; sent += 1)
    assert.equal(requests.send('192.0.2.1', null).rejection, undefined);
  const { rejection, context } = requests.send('192.0.2.1', null);
  assert.deepEqual(rejection, { rejected: 'too-many-requests', details: { limit: ownLimits.address } });
  assert.deepEqual([context.retryAfterSeconds, context.ownWeightHeader], [60, undefined]);
  const other = requests.send('192.0.2.2', 7);
  assert.deepEqual([other.rejection, other.context.usedWeight], [undefined, 900]);
});

test('requests of accounts do not count towards the address unless the operation has a weight for it', () => {
  const requests = new Requests({ account: 1 });
  for (let sent = 0; sent <= ownLimits.address + 1; sent += 1)
    assert.equal(requests.send('192.0.2.1', 7).rejection, undefined);
  assert.equal(requests.send('192.0.2.1', null).rejection, undefined);
});

test('an operation with both weights counts a rejected request once', () => {
  const requests = new Requests({ address: 5, account: 360 });
  requests.send('192.0.2.1', null);
  const { context } = requests.send('192.0.2.1', null);
  assert.deepEqual([context.usedWeight, context.ownWeightHeader], [10, 'x-sapi-used-ip-weight-1m']);
  const accepted = requests.send('192.0.2.1', 7).context;
  assert.deepEqual([accepted.usedWeight, accepted.ownWeightHeader], [360, 'x-sapi-used-uid-weight-1m']);
});
