/** Two servers on one database: people who approve at the same time cannot together fill a quorum twice or by halves. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operator } from '../../src/command/unit-of-work.ts';
import { done, reaches } from '../operator/operator-client.ts';
import { openSql } from '../support/database.ts';
import type { Exchange } from '../support/exchange.ts';
import { admitBySql, person } from '../support/people.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';
import { decimal } from '../support/world-plan.ts';
import { type Pair, startPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };
const people = ['ann', 'bob', 'cid', 'dan', 'eve'].map((name) => person(name, 'approver'));

let pair: Pair;
let accountId = 0;
before(async () => {
  if (skipWithoutPostgres) return;
  pair = await startPair();
  await buildStandardWorld(pair.a.server);
  await using sql = openSql(pair.a.location);
  await admitBySql(sql, ...people);
  const account = await pair.a.server.reads.row('accounts', { email: emailOf('alice') });
  accountId = account?.id ?? 0;
});
after(() => pair?.close());

async function submit(approvers: number): Promise<string> {
  const rules = [{ name: 'all', decision: 'approve', approvers }];
  await done(pair.a, 'PUT', '/policies', { rules });
  const outcome = await pair.a.server.commands.submit('submitWithdrawal', {
    accountId,
    asset: 'ETH',
    address: outsideAddresses.ETH?.[0] ?? '',
    amount: decimal('1'),
  });
  assert.ok('done' in outcome, JSON.stringify(outcome));
  return outcome.done.id;
}

const approve = ({ server }: Exchange, id: string, operator: Operator) =>
  server.commands.submit('approveWithdrawal', { id, operator });

const resultOf = (outcome: object) => ('rejected' in outcome ? String(outcome.rejected) : 'done');

async function approvalsOf(id: string): Promise<readonly string[]> {
  const { approvals } = await done(pair.b, 'GET', `/withdrawals/${id}`);
  return approvals.map(({ operator }: { operator: string }) => operator);
}

test('one person who approves at both servers at once counts once', options, async () => {
  const id = await submit(2);
  const [ann = assert.fail()] = people;
  const outcomes = await Promise.all(pair.both.map((each) => approve(each, id, ann)));
  assert.deepEqual(outcomes.map(resultOf).toSorted(), ['approval-refused', 'done']);
  assert.deepEqual(await approvalsOf(id), ['ann']);
  assert.equal((await done(pair.b, 'GET', `/withdrawals/${id}`)).stage, 'awaiting-approval');
});

for (const needed of [1, 2, 3]) {
  test(
    `when five people approve at both servers at once, exactly ${needed} fill a quorum of ${needed}`,
    options,
    async () => {
      const id = await submit(needed);
      const outcomes = await Promise.all(
        people.map((each, index) => approve(pair.both[index % 2] as Exchange, id, each)),
      );
      const results = outcomes.map(resultOf);
      assert.equal(results.filter((each) => each === 'done').length, needed, results.join());
      assert.equal(
        results.filter((each) => each === 'withdrawal-undecidable').length,
        5 - needed,
        results.join(),
      );
      assert.equal(new Set(await approvalsOf(id)).size, needed);
      await reaches(pair.a, id, 'broadcast');
    },
  );
}

test('two policies set at both servers at once become two versions', options, async () => {
  const put = (exchange: Exchange, name: string) =>
    done(exchange, 'PUT', '/policies', { rules: [{ name, decision: 'auto' }] });
  const versions = (await Promise.all([put(pair.a, 'one'), put(pair.b, 'two')])).map(
    ({ version }) => version,
  );
  assert.equal(new Set(versions).size, 2);
  const { policies } = await done(pair.b, 'GET', '/policies');
  const numbers = policies.map(({ version }: { version: number }) => version);
  assert.deepEqual(
    numbers,
    numbers.map((_: number, index: number) => index + 1),
  );
});
