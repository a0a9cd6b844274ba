import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asset, network } from '../../../test/support/world-plan.ts';
import { assetNetworkOf, assetOf, defaultNetworkOf, networkNamed, scaleOf } from './catalog.ts';

const sky = asset('SKY', [network('SKY', 'opaque'), network('SEA', 'opaque')], 6);
const catalog = { assets: new Map([['SKY', sky]]), networks: new Map() };

test('an entry of the catalog is found', () => {
  assert.equal(assetOf(catalog, 'SKY').asset, 'SKY');
  assert.equal(scaleOf(catalog, 'SKY'), 6);
  assert.equal(assetNetworkOf(catalog, 'SKY', 'SEA').network, 'SEA');
  assert.equal(defaultNetworkOf(sky).network, 'SKY');
});

test('a missing entry of the catalog is an error that names it, never a default', () => {
  assert.throws(() => assetOf(catalog, 'GOLD'), /asset GOLD is not defined/);
  assert.throws(() => scaleOf(catalog, 'GOLD'), /asset GOLD is not defined/);
  assert.throws(() => assetNetworkOf(catalog, 'GOLD', 'SKY'), /asset GOLD is not defined/);
  assert.throws(() => assetNetworkOf(catalog, 'SKY', 'LAKE'), /asset SKY is not defined on LAKE/);
  assert.throws(() => defaultNetworkOf({ ...sky, networks: [] }), /asset SKY has no network/);
  assert.throws(() => networkNamed(catalog, 'LAKE'), /network LAKE is not defined/);
});
