/** Two processes on one database: answers that both get for the same withdrawal at the same time are stored once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDecimal } from '../../src/contract/decimal.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';
import { withPair } from './pair.ts';

const rounds = 12;
const options = { skip: skipWithoutPostgres };

test('equal concurrent answers get the same number; if they differ, one is rejected', options, () =>
  withPair(async ({ a, b }) => {
    await buildStandardWorld(a.server);
    const account = await a.server.reads.row('accounts', { email: emailOf('alice') });
    const [address = ''] = outsideAddresses.ETH ?? [];
    const order = { accountId: account!.id, asset: 'ETH', address, amount: parseDecimal('0.001')! };
    for (let round = 0; round < rounds; round += 1) {
      const named = { ...order, orderId: `order-${round}` };
      const first = await a.server.commands.submit('submitWithdrawal', named);
      assert.ok('done' in first);
      const isSame = round % 2 === 0;
      const outcomes = await Promise.all(
        [a, b].map(({ server }, index) =>
          server.commands.submit('submitWithdrawal', {
            ...named,
            questionnaire: { answer: isSame ? 0 : index },
          }),
        ),
      );
      const done = outcomes.flatMap((outcome) => ('done' in outcome ? [outcome.done] : []));
      const rejected = outcomes.flatMap((outcome) => ('rejected' in outcome ? [outcome.rejected] : []));
      assert.deepEqual(rejected, isSame ? [] : ['order-id-reused'], JSON.stringify(outcomes));
      assert.deepEqual(new Set(done.map(({ id }) => id)), new Set([first.done.id]));
      const [stored, ...others] = await a.server.reads.rows('withdrawal_questionnaires', {
        withdrawalId: first.done.id,
      });
      assert.deepEqual([new Set(done.map(({ trId }) => trId)), others], [new Set([stored?.trId]), []]);
    }
  }),
);
