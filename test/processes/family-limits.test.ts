/** Two processes on one database: a family does not exceed its limits by requests to both at the same time. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { maxKeysOfSubAccount, maxSubAccounts } from '../../src/store/lookups.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildWorld } from '../support/world.ts';
import { worldPlan } from '../support/world-plan.ts';
import { type Pair, startPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };
const plan = worldPlan({ assets: [], accounts: { master: {}, sub: { master: 'master', key: null } } });

let pair: Pair;
let masterId: number;
let email: string;
before(async () => {
  if (skipWithoutPostgres) return;
  pair = await startPair();
  const { master, sub } = await buildWorld(pair.a.server, plan);
  [masterId, email] = [master.accountId, sub.email];
});
after(() => pair?.close());

const perProcess = 25;
type Submit = Pair['a']['server']['commands'];
const fromBoth = (submit: (commands: Submit, index: number) => Promise<object>) =>
  Promise.all(
    Array.from({ length: 2 * perProcess }, (_, index) =>
      submit((index % 2 ? pair.b : pair.a).server.commands, index),
    ),
  );
const rejectionsOf = (outcomes: readonly object[]) =>
  outcomes.flatMap((outcome) => ('rejected' in outcome ? [outcome.rejected] : []));

test('keys of a sub-account', options, async () => {
  const shared = { masterId, email, name: 'bot', permissions: [], ipAllowList: [], encryptedSecret: 'e' };
  const outcomes = await fromBoth((commands, index) =>
    commands.submit('createSubAccountKey', { ...shared, apiKey: `${index}`.padStart(64, 'k') }),
  );
  const rejections = rejectionsOf(outcomes);
  assert.deepEqual(new Set(rejections), new Set(['api-keys-full']), JSON.stringify(outcomes));
  assert.equal(outcomes.length - rejections.length, maxKeysOfSubAccount);
});

test('virtual sub-accounts of a master', options, async () => {
  const left = 10;
  await pair.sql.run(
    `INSERT INTO accounts SELECT i, 'a' || i, ${masterId}, true, 'none', false, NULL, 'NIL', NULL, '[]', '', false, true, NULL, NULL, 0, NULL, 1 FROM generate_series(1, ${maxSubAccounts - 1 - left}) i`,
  );
  const outcomes = await fromBoth((commands) =>
    commands.submit('openVirtualSubAccount', { masterId, name: 'bot' }),
  );
  const rejections = rejectionsOf(outcomes);
  assert.deepEqual(new Set(rejections), new Set(['sub-accounts-full']), JSON.stringify(outcomes));
  assert.equal(outcomes.length - rejections.length, left);
});
