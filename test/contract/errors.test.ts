/** Every operation × every error that it lists: exact status, code and text, and nothing written. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { errorsOf, isSigned, type Operation, type ShownErrorId } from '../../src/contract/operation.ts';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { dustConvert } from '../../src/contract/wapi/dust-convert.ts';
import { subAccountAssets } from '../../src/contract/wapi/sub-account-assets.ts';
import { subAccountList } from '../../src/contract/wapi/sub-account-list.ts';
import { systemStatus } from '../../src/contract/wapi/system-status.ts';
import { tradeFee } from '../../src/contract/wapi/trade-fee.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { assertAllProvoked, goodQueryOf, provocationsOf } from './calls.ts';
import { assertRejected, ContractWorld } from './contract-world.ts';
import type { Provocation } from './shared-calls.ts';

/** Errors provoked by other tests, or the reason why they are not provoked. */
const elsewhere: Partial<Record<ShownErrorId, string>> = {
  'too-many-requests': 'limits.test.ts and own-limits.test.ts, on every operation',
  unknown: 'faults.test.ts, on every operation that reads the store; the others cannot fail',
  'not-done':
    'faults.test.ts, on every operation that writes; test/processes/outage.test.ts, on all that read the store',
  'outcome-unknown': 'test/processes/outage.test.ts, on every operation that writes',
};

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

for (const operation of customerOperations) {
  suite(operation.id, () => {
    for (const [id, provocation] of Object.entries(provocationsOf(operation)))
      test(id, () => assertProvoked(operation, id as ShownErrorId, provocation));

    test('a valid request succeeds on each of its paths', async () => {
      for (const path of operation.paths) {
        const reply = await world.call({ operation, path, query: goodQueryOf(operation) });
        assert.equal(reply.status, 200, reply.text);
      }
    });

    test('each listed error is provoked, and no other', () =>
      assertAllProvoked(
        operation,
        errorsOf(operation).filter((id) => elsewhere[id] === undefined),
      ));
  });
}

async function assertProvoked(
  operation: Operation,
  id: ShownErrorId,
  provocation: Provocation,
): Promise<void> {
  await provocation.before?.(world);
  const stored = await world.digest();
  const reply = await world.call({ operation, ...provocation.call(world) });
  assertRejected(reply, id, provocation.details, operation.dialect);
  assert.equal(await world.digest(), stored, 'nothing was written');
  await provocation.after?.(world);
}

test('the digest that proves that nothing was written detects a write', async () => {
  const stored = await world.digest();
  await world.call({ operation: withdraw, query: goodQueryOf(withdraw) });
  assert.notEqual(await world.digest(), stored);
});

/** Status, code and text of the official API, as clients know them. */
const official: readonly [ShownErrorId, Operation, number, number, string][] = [
  ['permission-missing', dustConvert, 400, -1002, 'You are not authorized to execute this request.'],
  ['permission-missing', withdraw, 400, -1002, "You don't have permission."],
  [
    'timestamp-outside-window',
    withdraw,
    400,
    -1021,
    'Timestamp for this request is outside of the recvWindow.',
  ],
  ['signature-invalid', withdraw, 400, -1022, 'Signature for this request is not valid.'],
  [
    'parameter-missing',
    withdraw,
    400,
    -1102,
    "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.",
  ],
  ['parameter-empty', withdraw, 400, -1105, "Parameter 'timestamp' was empty."],
  [
    'parameter-illegal-characters',
    withdraw,
    400,
    -1100,
    "Illegal characters found in parameter 'timestamp'; legal range is '^[0-9]{1,16}$'.",
  ],
  ['precision-exceeded', withdraw, 400, -1111, 'Precision is over the maximum defined for this asset.'],
  ['symbol-unknown', tradeFee, 400, -1121, 'Invalid symbol.'],
  ['recv-window-too-large', withdraw, 400, -1131, 'recvWindow must be less than 60000'],
  ['key-malformed', withdraw, 401, -2014, 'API-key format invalid.'],
  ['key-rejected', withdraw, 401, -2015, 'Invalid API-key, IP, or permissions for action.'],
  ['path-unknown', withdraw, 404, -1099, "The path '/wapi/v3/withdraw.html/more' is not served here."],
  ['method-not-allowed', withdraw, 405, -1020, 'This operation is not supported.'],
  ['address-invalid', withdraw, 400, -4007, 'Address validation is not passed.'],
  ['address-tag-invalid', withdraw, 400, -4008, 'Address tag validation is not passed.'],
  ['withdrawal-limited', withdraw, 400, -4015, 'Withdraw is limited.'],
  ['asset-unknown', withdraw, 400, -4018, "We don't have this asset."],
  ['withdrawal-suspended', withdraw, 400, -4019, 'Current asset is not open for withdrawal.'],
  ['amount-not-multiple', withdraw, 400, -4021, 'Asset withdrawal must be an integer multiple of 0.5.'],
  ['amount-below-minimum', withdraw, 400, -4022, 'Not less than the minimum pick-up quantity 0.02.'],
  [
    'amount-above-maximum',
    withdraw,
    400,
    -4023,
    'Within 24 hours, the withdrawal exceeds the maximum amount.',
  ],
  ['balance-insufficient', withdraw, 400, -4026, 'You have insufficient balance.'],
  [
    'amount-not-above-fee',
    withdraw,
    400,
    -4028,
    'The amount of withdrawal must be greater than the Commission.',
  ],
  ['master-only', subAccountList, 400, -4006, 'Support main account only.'],
  ['dust-asset-refused', dustConvert, 400, -5001, "Don't allow transfer to micro assets."],
  ['dust-asset-missing', dustConvert, 400, -5003, "You don't have this asset."],
  [
    'dust-too-large',
    dustConvert,
    400,
    -5004,
    'The residual balances of USDT have exceeded 0.001BTC, Please re-choose.',
  ],
  ['dust-too-small', dustConvert, 400, -5005, 'The residual balances of PENNY is too low, Please re-choose.'],
  ['dust-too-soon', dustConvert, 400, -5006, 'Only transfer once in 24 hours.'],
  ['sub-account-unrelated', subAccountAssets, 400, -5021, 'This parent sub have no relation'],
];

for (const [id, operation, status, code, msg] of official) {
  test(`${operation.id}: ${code} ${msg}`, async () => {
    const provocation = provocationsOf(operation)[id];
    assert.ok(provocation);
    await provocation.before?.(world);
    const reply = await world.call({ operation, ...provocation.call(world) });
    await provocation.after?.(world);
    assert.deepEqual([reply.status, reply.body], [status, { success: false, code, msg }]);
  });
}

test('a timestamp in the future has its own error text', async () => {
  const timing = `timestamp=${Date.now() + 5000}`;
  const reply = await world.call({ operation: accountStatus, timing });
  assertRejected(reply, 'timestamp-outside-window', { ahead: true });
});

test('during maintenance, operations without a key keep working and report it', async () => {
  await world.set({ systemStatus: { status: 1 } });
  for (const operation of customerOperations.filter(({ security }) => !isSigned(security))) {
    const reply = await world.call({ operation });
    assert.equal(reply.status, 200, operation.id);
    if (operation === systemStatus) assert.deepEqual(reply.body, { status: 1, msg: 'system maintenance' });
  }
  await world.set({ systemStatus: { status: 0 } });
});
