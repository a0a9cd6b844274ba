/** The constraints of both stores refuse to send a withdrawal without its approvals, also to statements by hand. */
import assert from 'node:assert/strict';
import { putApprovalPolicy } from '../../../src/command/approval/policy-put.ts';
import { approveWithdrawal } from '../../../src/command/withdrawal/withdrawal-approve.ts';
import { submitWithdrawal } from '../../../src/command/withdrawal/withdrawal-submit.ts';
import type { ApprovalRule } from '../../../src/contract/approval-terms.ts';
import { checkApprovals } from '../../../src/query/integrity-approvals.ts';
import { columnName } from '../../../src/store/columns.ts';
import type { Store } from '../../../src/store/port.ts';
import type { NewRow } from '../../../src/store/tables.ts';
import { columnsOf } from '../../../src/store/tables.ts';
import { admit, person } from '../../support/people.ts';
import { openStoreWorld, type StoreWorld } from '../../support/store-world.ts';
import { decimal } from '../../support/world-plan.ts';
import { attempt, openSession } from './by-hand.ts';
import { runAll, writing } from './raw.ts';
import { conformance, shared } from './stores.ts';

const two: ApprovalRule = { name: 'two', decision: 'approve', approvers: 2, role: 'approver' };
const [ann, bob, kim] = [person('ann', 'approver'), person('bob', 'approver'), person('kim', 'approver')];
const outside = `0x${'aa'.repeat(20)}`;

async function openAwaiting(store: Store, keyOperator?: string): Promise<{ world: StoreWorld; id: string }> {
  const world = await openStoreWorld(store);
  await world.run(admit, { admitted: [ann, bob, kim] });
  await world.credit('alice', 'ETH', '10');
  await world.run(putApprovalPolicy, { operator: person('ada', 'administrator'), rules: [two], changes: [] });
  const request = {
    accountId: world.alice,
    asset: 'ETH',
    address: outside,
    amount: decimal('1'),
    keyOperator,
    orderId: 'order',
  };
  const { id } = await world.run(submitWithdrawal, request);
  return { world, id };
}

const columns =
  'id, withdrawal_id, ordinal, previous, operator, needed, key_operator, entry_operator, at, person';

function insertApproval(id: string, ordinal: number, operator: string, changes: Record<string, string> = {}) {
  const values = {
    id: `'${id}:${ordinal}'`,
    withdrawal: `'${id}'`,
    ordinal: `${ordinal}`,
    previous: ordinal === 1 ? 'NULL' : `'${id}:${ordinal - 1}'`,
    operator: `'${operator}'`,
    needed: '2',
    key: "''",
    entry: "''",
    at: '1',
    person: `'${operator}'`,
    ...changes,
  };
  return `INSERT INTO withdrawal_approvals (${columns}) VALUES (${Object.values(values).join()})`;
}

const updateWithdrawal = (id: string, set: string) => `UPDATE withdrawals SET ${set} WHERE id = '${id}'`;

/** Statements that both stores refuse. */
const refused: Readonly<Record<string, (id: string) => string>> = {
  'queue it without approvals': (id) => updateWithdrawal(id, "stage = 'queued'"),
  'let it wait without approvals': (id) =>
    updateWithdrawal(id, "stage = 'waiting', waiting_for = 'liquidity'"),
  'broadcast it without approvals': (id) => updateWithdrawal(id, "stage = 'broadcast'"),
  'complete it without approvals': (id) => updateWithdrawal(id, "stage = 'completed'"),
  'name an approval that does not exist': (id) =>
    updateWithdrawal(id, "stage = 'queued', approval_given = approval_needed"),
  'name the first of two approvals as the last': (id) =>
    `${insertApproval(id, 1, 'ann')}; ${updateWithdrawal(id, `stage = 'queued', approval_given = '${id}:1'`)}`,
  'need fewer approvals': (id) =>
    `${insertApproval(id, 1, 'ann')}; ${updateWithdrawal(id, `approval_needed = '${id}:1', approval_given = '${id}:1', stage = 'queued'`)}`,
  'need no approvals': (id) => updateWithdrawal(id, "approval_needed = NULL, stage = 'queued'"),
  'need no approvals before they are needed': (id) => updateWithdrawal(id, 'approval_needed = NULL'),
  'approve for the second time first': (id) => insertApproval(id, 2, 'ann'),
  'skip the predecessor': (id) =>
    `${insertApproval(id, 1, 'ann')}; ${insertApproval(id, 2, 'bob', { previous: 'NULL' })}`,
  'approve twice': (id) => `${insertApproval(id, 1, 'ann')}; ${insertApproval(id, 2, 'ann')}`,
  'approve more often than needed': (id) =>
    `${insertApproval(id, 1, 'ann')}; ${insertApproval(id, 2, 'bob')}; ${insertApproval(id, 3, 'cid')}`,
  'approve with the bootstrap token': (id) => insertApproval(id, 1, 'bootstrap'),
  'approve with an API token': (id) => insertApproval(id, 1, 'token:deploy'),
  'approve as nobody': (id) => insertApproval(id, 1, ''),
  'approve what needs fewer': (id) => insertApproval(id, 1, 'ann', { needed: '1' }),
  'approve under the number of another': (id) => insertApproval(id, 1, 'ann', { id: `'${id}:2'` }),
  'approve an unknown withdrawal': () => insertApproval('other', 1, 'ann'),
  'approve regardless of the creator of the key': (id) => insertApproval(id, 1, 'ann', { key: "'kim'" }),
  'change a quorum': (id) => `UPDATE withdrawal_quorums SET role = NULL WHERE withdrawal_id = '${id}'`,
  'delete a quorum': (id) => `DELETE FROM withdrawal_quorums WHERE withdrawal_id = '${id}'`,
  'change an approval': (id) =>
    `${insertApproval(id, 1, 'ann')}; UPDATE withdrawal_approvals SET operator = 'bob' WHERE withdrawal_id = '${id}'`,
  'delete an approval': (id) =>
    `${insertApproval(id, 1, 'ann')}; DELETE FROM withdrawal_approvals WHERE withdrawal_id = '${id}'`,
  'change a policy': () => "UPDATE approval_policies SET rules = '[]'",
  'delete a policy': () => 'DELETE FROM approval_policies',
  'insert it again, over itself': (id) =>
    `INSERT INTO withdrawals (id, account_id, asset, wallet, network, address, address_tag, amount, fee, stage, tx_id, applied_at)
      SELECT id, account_id, asset, wallet, network, address, address_tag, amount, fee, 'queued', tx_id, applied_at
      FROM withdrawals WHERE id = '${id}'
      ON CONFLICT (id) DO UPDATE SET stage = 'queued', approval_needed = NULL`,
  'delete it and insert it again': (id) =>
    `CREATE TEMPORARY TABLE copy AS SELECT * FROM withdrawals WHERE id = '${id}';
     DELETE FROM withdrawals WHERE id = '${id}';
     UPDATE copy SET stage = 'queued', approval_needed = NULL;
     INSERT INTO withdrawals SELECT * FROM copy`,
  'delete a withdrawal': (id) => `DELETE FROM withdrawals WHERE id = '${id}'`,
  'approve with the token of the person who created the key': (id) =>
    insertApproval(id, 1, 'ann', { key: "'kim'", person: "'kim'" }),
};

/** SQLite's REPLACE deletes the old row without firing its delete triggers. */
const replaced: Readonly<Record<string, (id: string) => string>> = {
  'replace a quorum': (id) =>
    `REPLACE INTO withdrawal_quorums SELECT withdrawal_id, 1, withdrawal_id || ':1', role, policy_version, rule,
      key_operator, entry_operator, created_at FROM withdrawal_quorums WHERE withdrawal_id = '${id}'`,
  'replace an approval': (id) =>
    `${insertApproval(id, 1, 'ann')}; ${insertApproval(id, 1, 'bob').replace('INSERT', 'REPLACE')}`,
  'replace a policy': () =>
    "REPLACE INTO approval_policies SELECT version, '[]', changes, actor, reason, created_at FROM approval_policies",
};

const withdrawalColumns = Object.keys(columnsOf('withdrawals')).map(columnName);

function replaceWithdrawal(id: string, changes: Record<string, string>): string {
  const free = { stage: "'queued'", approval_needed: 'NULL', approval_given: 'NULL' };
  const values = withdrawalColumns.map((name) => ({ ...free, ...changes })[name] ?? name);
  return `REPLACE INTO withdrawals (${withdrawalColumns.join()}) SELECT ${values.join()} FROM withdrawals WHERE id = '${id}'`;
}
const other = "'00000000000000000000000000000001'";

/** REPLACE deletes the withdrawal by its id, its number, or its order id; only SQLite has it, and the guard table. */
const replacedWithdrawal: Readonly<Record<string, (id: string) => string>> = {
  'replace a withdrawal by one that needs nothing': (id) => replaceWithdrawal(id, {}),
  'replace a withdrawal under another number': (id) => replaceWithdrawal(id, { seq: '77' }),
  'replace a withdrawal by its number': (id) => replaceWithdrawal(id, { id: other, order_id: 'NULL' }),
  'replace a withdrawal by its order id': (id) => replaceWithdrawal(id, { id: other, seq: '77' }),
  'move another withdrawal to its number': (id) =>
    `${replaceWithdrawal(id, { id: other, seq: '77', order_id: 'NULL' })};
     UPDATE OR REPLACE withdrawals SET seq = (SELECT seq FROM withdrawals WHERE id = '${id}') WHERE id = ${other}`,
  'give another withdrawal its id': (id) =>
    `${replaceWithdrawal(id, { id: other, seq: '77', order_id: 'NULL' })};
     UPDATE OR REPLACE withdrawals SET id = '${id}' WHERE id = ${other}`,
  'delete its guard': (id) => `DELETE FROM withdrawal_quorum_guards WHERE withdrawal_id = '${id}'`,
  'move its guard': () => `UPDATE withdrawal_quorum_guards SET withdrawal_id = ${other}`,
};

for (const hasForeignKeys of [true, false]) {
  const where = hasForeignKeys ? '' : ', also on a connection without foreign keys';
  conformance(
    `statements by hand cannot send a withdrawal without its quorum${where}`,
    async (site, store) => {
      const { world, id } = await openAwaiting(store);
      const before = await world.dump();
      const session = openSession(site, hasForeignKeys);
      try {
        const byReplace = hasForeignKeys ? { ...replaced, ...replacedWithdrawal } : replaced;
        const onSqlite = site.kind === 'PostgreSQL' ? {} : byReplace;
        for (const [what, sql] of Object.entries({ ...refused, ...onSqlite })) {
          const outcome = await attempt(session, sql(id), 'COMMIT');
          assert.match(
            outcome,
            /constraint|never|the approval (before this one )?does not exist|no such quorum/i,
            what,
          );
          assert.deepEqual(await world.dump(), before, what);
        }
      } finally {
        await session.close();
      }
    },
    hasForeignKeys ? shared : ['SQLite on disk'],
  );
}

conformance(
  'a withdrawal replaced on a connection without foreign keys is a mismatch',
  async (site, store) => {
    const { id } = await openAwaiting(store);
    const session = openSession(site, false);
    try {
      assert.equal(await attempt(session, replaceWithdrawal(id, {}), 'COMMIT'), 'accepted');
    } finally {
      await session.close();
    }
    const found: unknown[] = [];
    await checkApprovals(
      store.reads,
      (mismatch) => found.push(mismatch),
      async () => {},
    );
    const mismatch = { check: 'approval', subject: `withdrawal ${id}`, expected: `${id}:2`, found: 'none' };
    assert.deepEqual(found, [mismatch]);
  },
  ['SQLite on disk'],
);

conformance(
  'with its quorum the same statements are accepted; without a quorum a withdrawal can be rejected or cancelled',
  async (site, store) => {
    const { world, id } = await openAwaiting(store);
    const session = openSession(site, true);
    const given = `${insertApproval(id, 1, 'ann')}; ${insertApproval(id, 2, 'bob')}`;
    try {
      for (const stage of ['queued', 'broadcast', 'completed']) {
        const sent = updateWithdrawal(id, `stage = '${stage}', approval_given = approval_needed`);
        assert.equal(await attempt(session, `${given}; ${sent}`, 'ROLLBACK'), 'accepted', stage);
        // The constraints are checked when the transaction is committed.
        assert.equal(
          await attempt(session, `${sent}; ${given}`, 'ROLLBACK'),
          site.kind === 'PostgreSQL' ? 'accepted' : 'Error: the approval does not exist',
        );
      }
      for (const stage of ['rejected', 'cancelled'])
        assert.equal(
          await attempt(session, updateWithdrawal(id, `stage = '${stage}'`), 'ROLLBACK'),
          'accepted',
          stage,
        );
      assert.equal(
        await attempt(
          session,
          `${given}; ${updateWithdrawal(id, "stage = 'queued', approval_given = approval_needed")}`,
          'COMMIT',
        ),
        'accepted',
      );
    } finally {
      await session.close();
    }
    const [row] = await world.rows('withdrawals', { id });
    assert.deepEqual([row?.stage, row?.approvalGiven], ['queued', `${id}:2`]);
  },
  shared,
);

conformance(
  'the person who created the key cannot approve, by command or by hand',
  async (site, store) => {
    const { world, id } = await openAwaiting(store, 'kim');
    const rejection = await world.rejection(approveWithdrawal, { id, operator: kim });
    assert.deepEqual(rejection.details, { id, why: 'created-key', role: 'approver' });
    const session = openSession(site, true);
    try {
      const outcome = await attempt(session, insertApproval(id, 1, 'kim', { key: "'kim'" }), 'COMMIT');
      assert.match(outcome, /constraint/i);
    } finally {
      await session.close();
    }
    await world.run(approveWithdrawal, { id, operator: ann });
    const { stage } = await world.run(approveWithdrawal, { id, operator: bob });
    assert.equal(stage, 'queued');
  },
  shared,
);

conformance('unconfirmed access that counts among several approvers is a mismatch', async (site, store) => {
  const { world, id } = await openAwaiting(store);
  for (const operator of [ann, bob]) await world.run(approveWithdrawal, { id, operator });
  const at = (await world.rows('withdrawal_approvals'))[1]?.at ?? 0;
  const change = {
    seq: 1,
    kind: 'credit',
    subject: 'alice',
    input: {},
    role: null,
    proposer: 'ann',
    actor: 'ann',
  };
  const proposal = {
    id: 'c1',
    reason: '',
    proposedAt: at,
    state: 'pending',
    decidedBy: null,
    decidedAt: null,
    proposerToken: null,
  };
  const approved = { state: 'approved', decidedBy: 'bob', decidedAt: at } as const;
  await runAll(store, [
    writing({ insert: 'pending_changes', row: { ...change, ...proposal } as NewRow<'pending_changes'> }),
    writing({ update: 'pending_changes', key: { id: 'c1' }, set: approved }),
  ]);
  const week = 7 * 86_400_000;
  for (const [unconfirmedUntil, expected] of [
    [null, []],
    [at, []],
    [at + week + 1, []],
    [at + 1, [`withdrawal ${id}`, 'change c1']],
    [at + week, [`withdrawal ${id}`, 'change c1']],
  ] as const) {
    await runAll(store, [writing({ update: 'operators', key: { id: 'bob' }, set: { unconfirmedUntil } })]);
    const found: string[] = [];
    await checkApprovals(
      store.reads,
      ({ subject }) => found.push(subject),
      async () => {},
    );
    assert.deepEqual(found, expected, `${site.kind} ${unconfirmedUntil}`);
  }
});
