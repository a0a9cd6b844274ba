/** Two processes on one database: the rules of addresses do not change while an address is being issued. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { done } from '../operator/operator-client.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { withPair } from './pair.ts';

const rounds = 16;
const operator = { actor: 'olga', reason: 'a test' };

test(
  'one process redefines networks while the other issues addresses there: all stay recognised',
  { skip: skipWithoutPostgres },
  () =>
    withPair(async ({ a, b }) => {
      await done(a, 'POST', '/accounts', { email: 'customer@x.com' });
      const account = await a.server.reads.row('accounts', { email: 'customer@x.com' });
      const codes = Array.from({ length: rounds }, (_, round) => `NET${round}`);
      const networks = codes.map((network) => ({ network, addressFormat: 'evm' }));
      const asset = await done(a, 'PUT', '/assets/COIN', { networks });
      // The other process sees definitions within a second; this waits for it.
      await done(b, 'PUT', '/assets/COIN', asset);
      await Promise.all(
        codes.map(async (network, round) => {
          const address = deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32).fill(round));
          const proposed = { address, addressTag: '' };
          const [issued, redefined] = await Promise.all([
            b.server.commands.submit('issueDepositAddress', {
              accountId: account!.id,
              asset: 'COIN',
              network,
              proposed,
            }),
            a.server.commands.submit('changeNetwork', {
              operator,
              network,
              change: { addressFormat: 'tron' },
            }),
          ]);
          assert.notEqual(
            'done' in issued,
            'done' in redefined,
            `${network}: one of the two must be rejected`,
          );
          const { addressFormat } = await done(a, 'GET', `/networks/${network}`);
          assert.equal(addressFormat, 'done' in issued ? 'evm' : 'tron');
        }),
      );
    }),
);
