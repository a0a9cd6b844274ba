/** Each outcome of a verdict, with the actions that it names. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { eventually } from '../support/eventually.ts';
import { type Credentials, signQuery } from '../support/exchange.ts';
import { type LabWorld, openLab } from './lab-world.ts';

let lab: LabWorld;
before(async () => {
  lab = await openLab();
});
after(() => lab.exchange.close());

/** A client with a key of its own. */
class Client {
  readonly #credentials: Credentials;

  static async open(email: string): Promise<Client> {
    const made = await lab.exchange.operator('POST', `/accounts/${email}/api-keys`, {});
    assert.equal(made.status, 201, made.text);
    return new Client(made.body);
  }

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  async send(method: string, path: string, query: Readonly<Record<string, string>> = {}): Promise<number> {
    const target = `${path}?${signQuery(this.#credentials, query)}`;
    const headers = { 'X-MBX-APIKEY': this.#credentials.apiKey };
    return (await lab.exchange.request(method, target, { headers })).status;
  }

  /** Sends a request that a fault delays, and waits until it does. */
  async sendDelayed(path: string, query: Readonly<Record<string, string>>): Promise<void> {
    // The server resets its connection when it stops.
    void this.send('POST', path, query).catch(() => {});
    const [request] = await eventually(
      () => this.requests(),
      (all) => all.length === 1,
    );
    const { status, ending, done, firing } = request;
    assert.deepEqual([status, ending, done], [null, 'delay', 'unknown']);
    assert.notEqual(firing, null);
  }

  async requests() {
    const { body } = await lab.exchange.operator('GET', `/lab/requests?apiKey=${this.#credentials.apiKey}`);
    assert.equal(problemOf(body), null);
    return body.requests;
  }

  fault(operation: string, what: unknown): Promise<string> {
    return lab.fault({ on: { operation, apiKey: this.#credentials.apiKey }, do: what });
  }

  async incident() {
    const path = `/lab/verdict?apiKey=${this.#credentials.apiKey}`;
    const { body } = await eventually(
      () => lab.exchange.operator('GET', path),
      (reply) => reply.body.incidents?.length === 1,
    );
    return body.incidents[0];
  }
}

const problemOf = createSchemaCheck(operationNamed('listLabRequests').reply);
const withdrawPath = '/wapi/v3/withdraw.html';
const transferPath = '/sapi/v1/sub-account/universalTransfer';
const statusPath = '/wapi/v3/accountStatus.html';
const historyPath = '/wapi/v3/withdrawHistory.html';
let lastAmount = 0;

/** Each has an amount of its own, so that it is a payment of its own. */
function order(withdrawOrderId: string): Readonly<Record<string, string>> {
  return { ...lab.order({ amount: `0.6${String(lastAmount).padStart(3, '0')}` }), withdrawOrderId };
}

const rejections = (status: 429 | 418, retryAfterSeconds: number) => ({
  position: 'before',
  ending: { kind: 'rejections', status, retryAfterSeconds, requests: 1 },
});
const transfer = (): Readonly<Record<string, string>> => ({
  fromAccountType: 'SPOT',
  toAccountType: 'SPOT',
  asset: 'ETH',
  amount: `0.0${String(lastAmount).padStart(3, '0')}1`,
  toEmail: lab.bob.email,
});

type Case = {
  readonly name: string;
  readonly who?: string;
  readonly operation: string;
  readonly fault: unknown;
  /** The first request is the one that is hit. */
  readonly act: (client: Client) => Promise<unknown>;
  readonly verdict: 'right' | 'wrong' | 'open';
  readonly actions: readonly string[];
  readonly sentence: RegExp;
};

const withdraw = (client: Client, orderId = 'first') =>
  client.send('POST', withdrawPath, order(`${orderId}-${lastAmount}`));

/** Longer than the test takes. */
const delayed = { position: 'before', ending: { kind: 'delay', ms: 600_000 } };

/** The actions of a client while its withdrawal is delayed. */
const meanwhile: readonly (Pick<Case, 'name' | 'verdict' | 'actions' | 'sentence'> & {
  readonly next: (client: Client) => Promise<unknown>;
})[] = [
  {
    name: 'a withdrawal that is still delayed is open',
    next: async () => {},
    verdict: 'open',
    actions: ['did-nothing'],
    sentence: /is still delayed: it has not been executed yet\. So far the client/,
  },
  {
    name: 'a withdrawal that is still delayed is repeated with the same id',
    next: (client) => withdraw(client),
    verdict: 'right',
    actions: ['repeated'],
    sentence:
      /still delayed.* It was repeated with the same withdrawOrderId by request \d+, which never pays/,
  },
  {
    name: 'a look-up is too early for a withdrawal that is still delayed',
    next: (client) => client.send('GET', historyPath),
    verdict: 'open',
    actions: ['looked-up'],
    sentence: /looked up by request \d+, which did not show the withdrawal yet/,
  },
  {
    name: 'a new id after a look-up that was too early may pay twice when the delayed withdrawal is executed',
    next: async (client) => {
      await client.send('GET', historyPath);
      await withdraw(client, 'second');
    },
    verdict: 'open',
    actions: ['looked-up', 'repeated-with-new-id'],
    sentence: /still delayed.* submitted again under another order id .*, after a look-up \(request \d+\)\.$/,
  },
  {
    name: 'a new id without a look-up is wrong while the withdrawal is still delayed',
    next: (client) => withdraw(client, 'second'),
    verdict: 'wrong',
    actions: ['repeated-with-new-id'],
    sentence: /without looking up whether the first one had been executed/,
  },
];

const cases: readonly Case[] = [
  ...meanwhile.map(({ next, ...rest }) => ({
    ...{ ...rest, operation: 'withdraw', fault: delayed },
    act: async (client: Client) => {
      await client.sendDelayed(withdrawPath, order(`first-${lastAmount}`));
      await next(client);
    },
  })),
  {
    name: 'a look-up is too early for a transfer that is still delayed',
    who: 'demo@example.com',
    operation: 'universalTransfer',
    fault: delayed,
    act: async (client) => {
      await client.sendDelayed(transferPath, transfer());
      assert.equal(await client.send('GET', transferPath), 200);
    },
    verdict: 'open',
    actions: ['looked-up'],
    sentence: /is still delayed: .* which is too early\.$/,
  },
  {
    name: 'a whole reply to a withdrawal needs nothing further',
    operation: 'withdraw',
    fault: 'history-lag',
    act: (client) => withdraw(client),
    verdict: 'right',
    actions: ['waited'],
    sentence: /The client waited, and did not submit it again\.$/,
  },
  {
    name: 'a client that never looks does not learn that the withdrawal has failed since',
    operation: 'withdraw',
    fault: 'chain-failure',
    act: (client) => withdraw(client),
    verdict: 'open',
    actions: ['did-nothing'],
    sentence: /has ended without being paid, and the client has not looked, so it cannot know\.$/,
  },
  {
    name: 'a client that has looked since knows that the withdrawal has failed',
    operation: 'withdraw',
    fault: 'chain-failure',
    act: async (client) => {
      await withdraw(client);
      await client.send('GET', historyPath);
    },
    verdict: 'right',
    actions: ['looked-up'],
    sentence: /The outcome was looked up by request/,
  },
  {
    name: 'a whole reply does not allow the same payment under a new id',
    operation: 'withdraw',
    fault: 'status-late',
    act: async (client) => {
      await withdraw(client);
      await withdraw(client, 'second');
    },
    verdict: 'wrong',
    actions: ['repeated-with-new-id', 'paid-twice'],
    sentence: /it was paid twice/,
  },
  {
    name: 'nothing since 429 is open',
    operation: 'withdraw',
    fault: rejections(429, 600),
    act: (client) => withdraw(client),
    verdict: 'open',
    actions: ['did-nothing'],
    sentence: /The client has sent nothing since\.$/,
  },
  {
    name: 'a repetition before Retry-After has passed is too early',
    operation: 'withdraw',
    fault: rejections(429, 600),
    act: async (client) => {
      assert.equal(await withdraw(client), 429);
      await withdraw(client);
    },
    verdict: 'wrong',
    actions: ['ignored-retry-after'],
    sentence: /before the 600 s of Retry-After had passed\.$/,
  },
  {
    name: 'a repetition while banned is too early',
    operation: 'withdraw',
    fault: rejections(418, 600),
    act: async (client) => {
      assert.equal(await withdraw(client), 418);
      await withdraw(client);
    },
    verdict: 'wrong',
    actions: ['went-on-while-banned'],
    sentence: /although the client was banned\.$/,
  },
  {
    name: 'a repetition after Retry-After is right',
    operation: 'withdraw',
    fault: rejections(429, 0),
    act: async (client) => {
      await withdraw(client);
      await withdraw(client);
    },
    verdict: 'right',
    actions: ['waited', 'repeated'],
    sentence: /waited as long as Retry-After said, and then repeated it by request/,
  },
  {
    name: 'a repetition after the time of the world has passed the ban is right',
    operation: 'withdraw',
    fault: rejections(418, 600),
    act: async (client) => {
      assert.equal(await withdraw(client), 418);
      await lab.exchange.operator('POST', '/lab/clock/advance', { by: '10m' });
      assert.equal(await withdraw(client), 200);
    },
    verdict: 'right',
    actions: ['waited', 'repeated'],
    sentence: /The client waited as long as Retry-After said, and then repeated it/,
  },
  {
    name: 'a look-up after a repetition is not said to be before it',
    operation: 'withdraw',
    fault: 'commit-then-504',
    act: async (client) => {
      await withdraw(client);
      await withdraw(client);
      await client.send('GET', historyPath);
    },
    verdict: 'right',
    actions: ['looked-up', 'repeated'],
    sentence: /with the same withdrawOrderId by request \d+, which never pays twice\.$/,
  },
  {
    name: 'another request after Retry-After is right',
    operation: 'accountStatus',
    fault: rejections(429, 0),
    act: async (client) => {
      await client.send('GET', statusPath);
      await client.send('GET', historyPath);
    },
    verdict: 'right',
    actions: ['waited'],
    sentence: /The client waited as long as Retry-After said\.$/,
  },
  {
    name: 'a read may be repeated',
    operation: 'accountStatus',
    fault: 'reset-then-nothing',
    act: (client) => client.send('GET', statusPath).catch(() => {}),
    verdict: 'right',
    actions: ['waited'],
    sentence: /It changes nothing, so it may be repeated at any time\.$/,
  },
  {
    name: 'a transfer whose reply is lost is open until it is looked up',
    who: 'demo@example.com',
    operation: 'universalTransfer',
    fault: 'commit-then-504',
    act: (client) => client.send('POST', transferPath, transfer()),
    verdict: 'open',
    actions: ['did-nothing'],
    sentence: /So far the client has done nothing about it\.$/,
  },
  {
    name: 'a transfer whose reply is lost is looked up in its history',
    who: 'demo@example.com',
    operation: 'universalTransfer',
    fault: 'commit-then-504',
    act: async (client) => {
      await client.send('POST', transferPath, transfer());
      assert.equal(await client.send('GET', transferPath), 200);
    },
    verdict: 'right',
    actions: ['looked-up'],
    sentence: /The outcome was looked up by request/,
  },
  {
    name: 'a transfer that was not made may be repeated after a look-up',
    who: 'demo@example.com',
    operation: 'universalTransfer',
    fault: '504-then-nothing',
    act: async (client) => {
      await client.send('POST', transferPath, transfer());
      assert.equal(await client.send('GET', transferPath), 200);
      assert.equal(await client.send('POST', transferPath, transfer()), 200);
    },
    verdict: 'right',
    actions: ['looked-up', 'repeated'],
    sentence: /, after a look-up\.$/,
  },
  {
    name: 'a transfer without an id that is repeated without a look-up is wrong, although it was not made',
    who: 'demo@example.com',
    operation: 'universalTransfer',
    fault: '504-then-nothing',
    act: async (client) => {
      await client.send('POST', transferPath, transfer());
      assert.equal(await client.send('POST', transferPath, transfer()), 200);
    },
    verdict: 'wrong',
    actions: ['repeated'],
    sentence: /without a look-up, although it may have been executed\.$/,
  },
];

describe('a verdict', () => {
  for (const { name, who, operation, fault, act, verdict, actions, sentence } of cases)
    test(name, async () => {
      lastAmount += 1;
      const client = await Client.open(who ?? lab.alice.email);
      await client.fault(operation, fault);
      await act(client);
      const incident = await client.incident();
      assert.deepEqual([incident.verdict, incident.actions], [verdict, actions], incident.sentence);
      assert.match(incident.sentence, sentence);
    });
});
