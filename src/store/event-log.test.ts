import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommitEvents } from './event-log.ts';
import type { Write } from './port.ts';

/** The events of a commit of one command for each list of writes. */
function eventsOf(...commands: readonly (readonly Write[])[]) {
  const events = new CommitEvents();
  for (const writes of commands) events.add(writes);
  return events.list;
}

const broadcast = (id: string): Write => ({
  update: 'withdrawals',
  key: { id },
  set: { stage: 'broadcast', txId: 't' },
});
const transferOf = (reference: string, kind: 'withdrawal-settle' | 'custody-rebalance'): Write => ({
  insert: 'transfers',
  row: { at: 1, kind, asset: 'BTC', amount: 1n, debit: 'a', credit: 'b', reference },
});

test('ids of like events are collected in one event', () => {
  assert.deepEqual(
    eventsOf(
      [broadcast('w1')],
      [broadcast('w2')],
      [{ update: 'withdrawals', key: { id: 'w3' }, set: { stage: 'waiting' } }],
      [broadcast('w4')],
    ),
    [
      { event: 'withdrawal-stage', stage: 'broadcast', ids: ['w1', 'w2', 'w4'] },
      { event: 'withdrawal-stage', stage: 'waiting', ids: ['w3'] },
    ],
  );
});

test('a change of stage is not an event if a transfer of the withdrawal implies it; a rebalance does not', () => {
  assert.deepEqual(eventsOf([broadcast('w1'), transferOf('w1', 'withdrawal-settle')]), []);
  assert.equal(eventsOf([broadcast('w1'), transferOf('w1', 'custody-rebalance')]).length, 1);
  assert.equal(eventsOf([broadcast('w1'), transferOf('w2', 'withdrawal-settle')]).length, 1);
});

test('a further transaction of a withdrawal and a reorganised deposit are events, although no stage changes', () => {
  const attempt = {
    withdrawalId: 'w1',
    attempt: 2,
    network: 'BTC',
    txId: 't2',
    signedTransaction: 's',
    state: 'sent',
    createdAt: 1,
    claim: null,
    confirmations: null,
  } as const;
  assert.deepEqual(
    eventsOf(
      [
        { insert: 'withdrawal_attempts', row: attempt },
        { update: 'withdrawals', key: { id: 'w1' }, set: { txId: 't2', signedTransaction: null } },
      ],
      [
        {
          update: 'deposits',
          key: { id: 'd1' },
          set: { confirmations: 0, blockHeight: null, reorganisedAt: 5 },
        },
      ],
    ),
    [
      { event: 'withdrawal-changed', ids: ['w1'] },
      { event: 'deposit-changed', ids: ['d1'] },
    ],
  );
});

test('an account that owes more is an event beside that of the deposit; a payment is none', () => {
  const owing: Write = {
    insert: 'transfers',
    row: {
      ...{ at: 1, kind: 'deposit-reverse', asset: 'BTC', amount: 3n, reference: 'd1' },
      ...{ debit: 'owed:7', credit: 'custody:BTC' },
    },
  };
  const vanished: Write = { update: 'deposits', key: { id: 'd1' }, set: { stage: 'vanished' } };
  assert.deepEqual(eventsOf([owing, vanished]), [{ event: 'amount-owed', accountId: 7, asset: 'BTC' }]);
  const paid = { at: 1, kind: 'owed-payment', asset: 'BTC', amount: 3n, reference: 'x' } as const;
  assert.deepEqual(
    eventsOf([{ insert: 'transfers', row: { ...paid, debit: '7:spot:free', credit: 'owed:7' } }]),
    [],
  );
});

test('the progress of a chain and the states of a dividend are events', () => {
  const cursor = { network: 'BTC', height: 7, position: 'p', depths: [1] };
  assert.deepEqual(
    eventsOf(
      [{ put: 'chain_cursors', row: cursor }],
      [{ update: 'dividends', key: { tranId: 3 }, set: { state: 'distributing' } }],
      [{ delete: 'dividends', key: { tranId: 4 } }],
    ),
    [
      { event: 'chain-scanned', network: 'BTC', height: 7 },
      { event: 'dividend-state', tranId: 3, state: 'distributing' },
      { event: 'dividend-state', tranId: 4, state: 'deleted' },
    ],
  );
});

test('notes, tags and proposed changes are events, so that open pages show them', () => {
  const change = { state: 'approved', decidedBy: 'bob', decidedAt: 2 } as const;
  const proposed = {
    id: 'c1',
    kind: 'credit',
    subject: 'x@example.com',
    input: {},
    role: null,
    proposer: 'ann',
    actor: 'operator:ann',
    reason: '',
    proposedAt: 1,
    state: 'pending',
    decidedBy: null,
    decidedAt: null,
    proposerToken: null,
  } as const;
  assert.deepEqual(
    eventsOf(
      [{ put: 'account_tags', row: { accountId: 7, tags: ['vip'], family: 7 } }],
      [{ insert: 'pending_changes', row: proposed }],
      [{ update: 'pending_changes', key: { id: 'c1' }, set: change }],
    ),
    [
      { event: 'account-annotated', accountId: 7 },
      { event: 'change-proposed', id: 'c1' },
      { event: 'change-decided', id: 'c1' },
    ],
  );
});
