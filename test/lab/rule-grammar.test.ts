/** A rule that is not valid is rejected with the field and the rule, and nothing is added. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { operationNames, operationsOfKind } from '../../src/lab/operations.ts';
import { presets } from '../../src/lab/presets.ts';
import { assertRejected } from '../operator/operator-client.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';

const ending = (position: string, given: unknown) => ({ do: { position, ending: given } });
const delay = (given: object) => ending('after', { kind: 'delay', ...given });
const effects = (position: string, given: unknown, kind = 'normal') => ({
  do: { position, ending: { kind }, effects: given },
});
const rejections = { kind: 'rejections', status: 429, retryAfterSeconds: 1 };

/** Nesting so deep that reading it would overflow the stack. */
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

const rejected: readonly (readonly [body: unknown, message: RegExp])[] = [
  [{}, /^body\.do: is required$/],
  [[], /^body: must be an object$/],
  [{ do: 'hang', more: 1 }, /^body\.more: is not a field of this operation$/],
  [
    { do: 'comit-then-504' },
    /^body\.do: 'comit-then-504' is not a preset; did you mean commit-then-504\? Otherwise there are commit-then-504, 504-then/,
  ],
  [{ do: 7 }, /^body\.do: must be the name of a preset, or an object with position and ending$/],
  [{ do: null }, /^body\.do: must be the name of a preset/],
  [{ do: [] }, /^body\.do: must be the name of a preset/],
  [{ do: nested(4000) }, /^body: objects and lists must not nest deeper than 100 levels$/],
  [{ do: 'hang', on: [] }, /^body\.on: must be an object$/],
  [{ do: 'x'.repeat(1000) }, /' is not a preset; there are commit-then-504, 504-then/],
  [
    { do: 'hang', on: { operations: 'withdraw' } },
    /^body\.on\.operations: is not a field of this operation; did you mean operation\?$/,
  ],
  [{ do: 'hang', on: { operation: '' } }, /^body\.on\.operation: '' is not an operation/],
  [
    { do: 'hang', on: { operation: 'withdrawl' } },
    /^body\.on\.operation: 'withdrawl' is not an operation; did you mean withdraw\?$/,
  ],
  [{ do: 'hang', on: { operation: 'sapi.withdraw' } }, /'sapi\.withdraw' is not an operation; did you mean /],
  [{ do: 'hang', on: { operation: 'x'.repeat(80) } }, /is not an operation; docs\/lab\.md lists them$/],
  [{ do: 'hang', on: { operation: 'constructor' } }, /'constructor' is not an operation/],
  [{ do: 'hang', on: { account: 'alice' } }, /^body\.on\.account: must be the e-mail address of an account$/],
  [{ do: 'hang', on: { nth: 0 } }, /^body\.on\.nth: must be >= 1$/],
  [{ do: 'hang', on: { nth: 1.5 } }, /^body\.on\.nth: must be an integer$/],
  [{ do: 'hang', on: { nth: '2' } }, /^body\.on\.nth: must be an integer$/],
  [{ do: 'hang', on: { asset: 7 } }, /^body\.on\.asset: must be a string$/],
  [{ do: 'hang', times: 0 }, /^body\.times: must be >= 1$/],
  [{ do: 'hang', times: 1e7 }, /^body\.times: must be <= 1000000$/],
  [{ do: 'hang', probability: -0.1 }, /^body\.probability: must be >= 0$/],
  [{ do: 'hang', probability: 1.1 }, /^body\.probability: must be <= 1$/],
  [{ do: 'hang', seed: -1 }, /^body\.seed: must be >= 0$/],
  [{ do: 'hang', seed: 2 ** 32 }, /^body\.seed: must be <= 4294967295$/],
  [
    { do: 'commit-then-504', on: { operation: 'withdrawHistory' } },
    /^body\.do: commit-then-504 has no effect on withdrawHistory; it applies to .*capitalWithdrawApply/,
  ],
  [{ do: 'hang', on: { operation: 'time', apiKey: 'x' } }, /^body\.on\.apiKey: no request of time has one$/],
  [{ do: 'hang', on: { operation: 'ping', account: 'a@x.com' } }, /^body\.on\.account: no request of ping/],
  [{ do: 'hang', on: { operation: 'time', asset: 'ETH' } }, /^body\.on\.asset: no request of time has one$/],
  [{ do: 'hang', on: { operation: 'dust', network: 'ETH' } }, /^body\.on\.network: no request of dust/],
  [{ do: {} }, /^body\.do\.position: must be "before" \(nothing is done\) or "after"/],
  [{ do: { position: 'during' } }, /^body\.do\.position: must be "before"/],
  [{ do: { position: 'after', endings: 1 } }, /^body\.do: 'endings' is not a field here; there are position/],
  [{ do: { position: 'after' } }, /^body\.do\.ending: must be an object with kind$/],
  [ending('after', 'reset'), /^body\.do\.ending: must be an object with kind$/],
  [ending('after', {}), /^body\.do\.ending\.kind: must be one of normal, status, .*, not 'undefined'$/],
  [ending('after', { kind: 'explode' }), /^body\.do\.ending\.kind: must be one of .*, not 'explode'$/],
  [ending('after', { kind: 'toString' }), /^body\.do\.ending\.kind: must be one of /],
  [ending('before', { kind: 'normal' }), /^body\.do\.ending\.kind: normal is possible only after the work$/],
  [ending('before', { kind: 'truncate', bytes: 1 }), /truncate is possible only after the work$/],
  [ending('before', { kind: 'false-success', withId: true }), /false-success is possible only after/],
  [ending('after', { ...rejections, requests: 1 }), /rejections is possible only before the work$/],
  [ending('after', { kind: 'reset', ms: 1 }), /^body\.do\.ending: 'ms' is not a field here; there are kind$/],
  [
    ending('after', { kind: 'status' }),
    /^body\.do\.ending\.status: status needs it; it must be a whole number/,
  ],
  [ending('after', { kind: 'status', status: 600, body: 'html' }), /ending\.status: .* from 200 to 599$/],
  [ending('after', { kind: 'status', status: 504 }), /ending\.body: .* must be "empty" or "html" or "json"$/],
  [ending('after', { kind: 'status', status: 200, body: 'json' }), /ending\.body: .* must be 400 or more$/],
  [
    ending('before', { kind: 'status', status: 204, body: 'html' }),
    /ending\.body: must be empty, .* 204 has/,
  ],
  [ending('after', { kind: 'status', status: 304, body: 'html' }), /ending\.body: must be empty/],
  [ending('after', { kind: 'truncate', bytes: -1 }), /ending\.bytes: .* from 0 to 1000000$/],
  [ending('after', { kind: 'false-success' }), /ending\.withId: .* must be true or false$/],
  [delay({}), /ending\.ms: delay needs it; it must be a whole number from 0 to 600000$/],
  [delay({ ms: 600_001 }), /ending\.ms: .* from 0 to 600000$/],
  [delay({ ms: '5' }), /ending\.ms: /],
  [delay({ distribution: 'uniform', minMs: 2, maxMs: 1 }), /ending\.minMs: must not be greater than maxMs$/],
  [delay({ distribution: 'uniform', minMs: 2 }), /ending\.maxMs: delay needs it/],
  [delay({ distribution: 'log-normal', medianMs: 5 }), /ending\.sigma: .* a number from 0 to 3$/],
  [delay({ ms: 1, distribution: 'uniform' }), /'(ms|distribution)' is not a field here/],
  [ending('before', rejections), /ending\.requests: rejections needs it/],
  [ending('before', { ...rejections, requests: 1, seconds: 1 }), /'seconds' is not a field here/],
  [ending('before', { ...rejections, status: 503, requests: 1 }), /ending\.status: .* must be 429 or 418$/],
  [effects('after', { kind: 'stuck' }), /^body\.do\.effects: must be a list of objects with kind$/],
  [effects('after', null), /^body\.do\.effects: must be a list/],
  [effects('after', ['stuck']), /^body\.do\.effects\[0\]: must be an object with kind$/],
  [
    effects('after', [{ kind: 'stuck' }, { kind: 'lost' }]),
    /^body\.do\.effects\[1\]\.kind: must be one of history-lag, .*, not 'lost'$/,
  ],
  [effects('after', [{ kind: 'valueOf' }]), /^body\.do\.effects\[0\]\.kind: must be one of /],
  [
    effects('after', [{ kind: 'history-lag' }]),
    /^body\.do\.effects\[0\]\.seconds: history-lag needs it; it must be a whole number from 1 to 86400$/,
  ],
  [effects('after', [{ kind: 'history-lag', seconds: 0 }]), /seconds: .* from 1 to 86400$/],
  [effects('after', [{ kind: 'status-late', seconds: null }]), /seconds: status-late needs it/],
  [effects('after', [{ kind: 'status-late', seconds: 86_401 }]), /seconds: .* from 1 to 86400$/],
  [effects('after', [{ kind: 'deposit-history-lag', seconds: '5' }]), /seconds: /],
  [
    effects('after', [{ kind: 'stuck', seconds: 0.5 }]),
    /^body\.do\.effects\[0\]\.seconds: stuck may have it; it must be a whole number from 1 to 86400$/,
  ],
  [
    effects('after', [{ kind: 'chain-failure', seconds: 1 }]),
    /^body\.do\.effects\[0\]: 'seconds' is not a field here; there are kind$/,
  ],
  [effects('after', [{ kind: 'stuck' }, { kind: 'stuck' }]), /^body\.do\.effects: stuck is there twice$/],
  [
    effects('after', [{ kind: 'stuck' }, { kind: 'duplicate-deposit' }]),
    /^body\.do\.effects: no operation has all of stuck, duplicate-deposit$/,
  ],
  [
    effects('before', [{ kind: 'history-lag', seconds: 1 }]),
    /^body\.do\.effects\[0\]\.kind: history-lag is possible only after the work$/,
  ],
  [
    effects('before', [{ kind: 'duplicate-deposit' }], 'reset'),
    /^body\.do\.ending\.kind: with effects before the work it must be normal, not reset$/,
  ],
  [effects('before', []), /^body\.do\.ending\.kind: normal is possible only after the work$/],
  [
    { ...effects('after', [{ kind: 'stuck' }]), on: { operation: 'withdrawHistory' } },
    /^body\.do: stuck has no effect on withdrawHistory; it applies to .*, withdraw$/,
  ],
  [
    { ...effects('after', [{ kind: 'duplicate-deposit' }]), on: { operation: 'subAccountDepositHisrec' } },
    /^body\.do: duplicate-deposit has no effect on subAccountDepositHisrec; it applies to .*, depositHistory$/,
  ],
  [
    { ...effects('after', [{ kind: 'duplicate-deposit' }]), on: { network: 'ETH' } },
    /^body\.on\.network: no request of duplicate-deposit has one$/,
  ],
];

describe('a rule', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange(['--demo', '1']);
  });
  after(() => exchange.close());

  for (const [body, message] of rejected) {
    test(`${JSON.stringify(body).slice(0, 100)} is rejected`, async () => {
      assertRejected(await exchange.operator('POST', '/lab/faults', body), 400, -9400, message);
    });
  }

  test('that is rejected is not added', async () => {
    assert.deepEqual((await exchange.operator('GET', '/lab/faults')).body, { faults: [] });
  });

  test('shows what it was given', async () => {
    const rules = [
      { on: {}, ...delay({ distribution: 'log-normal', medianMs: 5, sigma: 0.5 }) },
      {
        on: { operation: 'wapi.withdraw', nth: 2 },
        do: 'commit-then-reset',
        times: 3,
        probability: 0.5,
        seed: 0,
      },
      { on: {}, ...ending('before', { ...rejections, seconds: 2 }) },
      {
        on: {},
        ...effects('after', [
          { kind: 'history-lag', seconds: 3 },
          { kind: 'stuck', seconds: null },
          { kind: 'chain-failure' },
        ]),
      },
      { on: {}, ...effects('before', [{ kind: 'deposit-history-lag', seconds: 86_400 }]) },
    ];
    for (const rule of rules) {
      const { status, body } = await exchange.operator('POST', '/lab/faults', rule);
      assert.equal(status, 201);
      const shown = {
        times: 1,
        probability: 1,
        seed: body.seed,
        matched: 0,
        fired: 0,
        left: rule.times ?? 1,
      };
      assert.deepEqual(body, { id: body.id, ...shown, ...rule });
    }
    await exchange.operator('DELETE', '/lab/faults');
  });

  test('can name every operation, with and without its dialect', async () => {
    for (const { id, dialect } of customerOperations) {
      for (const operation of [id, `${dialect.name}.${id}`]) {
        const { status, text } = await exchange.operator('POST', '/lab/faults', {
          on: { operation },
          do: 'hang',
        });
        assert.equal(status, 201, text);
      }
    }
    await exchange.operator('DELETE', '/lab/faults');
  });
});

test('every name of an operation means operations that exist', () => {
  const ids = new Set(customerOperations.map(({ id }) => id));
  for (const [name, meant] of operationNames) {
    assert.ok(meant.size > 0, name);
    for (const id of meant) assert.ok(ids.has(id), `${name}: ${id}`);
  }
});

test('every preset is complete, and applies to some operation', () => {
  assert.equal(new Set(presets.map(({ name }) => name)).size, presets.length);
  for (const { name, appliesTo, consequence, source } of presets) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(operationsOfKind(appliesTo).length > 0, name);
    assert.match(consequence, /\.$/, name);
    assert.match(source, /\.$/, name);
  }
});
