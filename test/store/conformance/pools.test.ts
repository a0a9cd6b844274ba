/** Imported addresses of several manual networks: each is given to one customer, on all networks that share addresses. */
import assert from 'node:assert/strict';
import { putAsset } from '../../../src/command/catalog/asset-put.ts';
import { putNetwork } from '../../../src/command/catalog/network-put.ts';
import { importAddresses } from '../../../src/command/deposit/address-pool-import.ts';
import { assignDepositAddress } from '../../../src/command/deposit/deposit-address-assign.ts';
import { issueDepositAddress } from '../../../src/command/deposit/deposit-address-issue.ts';
import { isRejection } from '../../../src/contract/errors.ts';
import type { Store } from '../../../src/store/port.ts';
import { openStoreWorld } from '../../support/store-world.ts';
import { asset, network, operator } from '../../support/world-plan.ts';
import { kindOf } from './raw.ts';
import { conformance, shared } from './stores.ts';

const addressOf = (digit: string) => `0x${digit.repeat(40)}`;

/** TOK is on three manual networks; two of them share addresses. */
async function open(store: Store) {
  const world = await openStoreWorld(store);
  for (const [code, addressGroup] of [
    ['ONE', 'ONE'],
    ['TWO', 'ONE'],
    ['ALONE', 'ALONE'],
  ] as const)
    await world.run(putNetwork, {
      operator,
      network: code,
      change: { addressFormat: 'evm', connector: 'manual', addressGroup },
    });
  const networks = ['ONE', 'TWO', 'ALONE'].map((code) => network(code, 'evm'));
  await world.run(putAsset, { operator, asset: asset('TOK', networks, 0) });
  const submit = (code: string, ...digits: readonly string[]) => {
    const addresses = digits.map((digit) => ({ address: addressOf(digit), addressTag: '' }));
    return world.commands.submit('importAddresses', { operator, network: code, addresses });
  };
  const refusals = async (code: string, ...digits: readonly string[]) => {
    const outcome = await submit(code, ...digits);
    return isRejection<'addresses-refused'>(outcome)
      ? outcome.details.refused.map(({ index, problem }) => [index, problem])
      : kindOf(outcome);
  };
  const issue = (code: string, digit: string) =>
    world.run(issueDepositAddress, {
      accountId: world.alice,
      asset: 'TOK',
      network: code,
      proposed: { address: addressOf(digit), addressTag: '' },
    });
  return { world, submit, refusals, issue };
}

conformance(
  'an address is not imported for networks that do not share it; the refusal names those that have it',
  async (_site, store) => {
    const { world, refusals, issue } = await open(store);
    assert.equal(await refusals('ONE', 'a', 'b'), 'done');
    assert.deepEqual(await refusals('TWO', 'c', 'b'), [[1, 'imported-before']]);
    const elsewhere = { elsewhere: ['ONE', 'TWO'] };
    assert.deepEqual(await refusals('ALONE', 'c', 'b'), [[1, elsewhere]]);
    await issue('ONE', 'a');
    assert.deepEqual(await refusals('ALONE', 'a'), [[0, elsewhere]]);
    const place = { operator, email: 'bob@example.com', asset: 'TOK' };
    const assign = (code: string, digit: string) =>
      world.commands.submit('assignDepositAddress', { ...place, network: code, address: addressOf(digit) });
    for (const digit of ['a', 'b']) {
      const outcome = await assign('ALONE', digit);
      assert.equal('rejected' in outcome && outcome.rejected, 'address-taken', digit);
    }
    await world.run(assignDepositAddress, { ...place, network: 'ALONE', address: addressOf('d') });
    assert.deepEqual(await refusals('ONE', 'd'), [[0, { elsewhere: ['ALONE'] }]]);
    assert.equal(await refusals('ALONE', 'c'), 'done');
  },
  shared,
);

conformance(
  'two imports at once do not give one address to two groups',
  async (_site, store) => {
    const { world, submit } = await open(store);
    for (const digit of ['1', '2', '3', '4', '5']) {
      const outcomes = await Promise.all(['ONE', 'ALONE'].map((code) => submit(code, digit)));
      assert.deepEqual(outcomes.map(kindOf).toSorted(), ['addresses-refused', 'done']);
    }
    const pooled = await world.rows('address_pool');
    assert.equal(new Set(pooled.map(({ addressKey }) => addressKey)).size, 5);
    assert.equal(pooled.length, 5);
  },
  shared,
);

conformance(
  'networks of one group share the addresses of their customers',
  async (_site, store) => {
    const { world, issue } = await open(store);
    const addresses = ['a', 'b'].map((digit) => ({ address: addressOf(digit), addressTag: '' }));
    await world.run(importAddresses, { operator, network: 'ONE', addresses });
    const issued = await issue('ONE', 'a');
    assert.deepEqual(await issue('TWO', 'b'), issued);
    const used = (await world.rows('address_pool')).filter(({ accountId }) => accountId !== null);
    assert.deepEqual(
      used.map(({ address }) => address),
      [addressOf('a')],
    );
  },
  shared,
);
