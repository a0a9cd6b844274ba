import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChains } from './connectors.ts';
import type { ChainConnector } from './port.ts';

test('a network has the connector that its row names, the same each time; an undefined network has none', () => {
  const connectors = new Map([
    ['ETH', 'simulated' as const],
    ['BTC', 'simulated' as const],
  ]);
  const made: string[] = [];
  const makers = {
    simulated(network: string) {
      made.push(network);
      return {} as ChainConnector;
    },
    manual: () => assert.fail('no network is manual'),
  };
  const chains = createChains(() => ({ connectors }), makers);
  assert.equal(chains.of('ETH'), chains.of('ETH'));
  assert.notEqual(chains.of('ETH'), chains.of('BTC'));
  assert.deepEqual(made, ['ETH', 'BTC']);
  assert.throws(() => chains.of('LTC'), /network LTC is not defined/);
  connectors.set('LTC', 'simulated');
  assert.ok(chains.of('LTC'));
});
