/** The store itself refuses writes that would pay a withdrawal twice, or use a nonce or an output twice. */
import assert from 'node:assert/strict';
import type { NewRow, Row } from '../../../src/store/tables.ts';
import { kindOf, run, writing } from './raw.ts';
import { fillStore } from './read-world.ts';
import { conformance } from './stores.ts';

const attempt = (
  number: number,
  more: Partial<NewRow<'withdrawal_attempts'>> = {},
): NewRow<'withdrawal_attempts'> => ({
  withdrawalId: 'w001',
  attempt: number,
  network: 'N',
  txId: `attempt ${number}`,
  signedTransaction: 'signed',
  state: 'sent',
  createdAt: 1,
  claim: null,
  confirmations: null,
  ...more,
});

conformance(
  'a withdrawal has at most one mined attempt, and a transaction is one attempt',
  async (_site, store) => {
    await fillStore(store);
    const insert = (row: NewRow<'withdrawal_attempts'>) => writing({ insert: 'withdrawal_attempts', row });
    for (const row of [attempt(1), attempt(2, { state: 'mined' })]) await run(store, insert(row));
    await run(store, insert(attempt(1, { withdrawalId: 'w002', txId: 'of another', state: 'mined' })));
    const key = { withdrawalId: 'w001', attempt: 1 };
    const refused = [
      writing({ update: 'withdrawal_attempts', key, set: { state: 'mined' } }),
      insert(attempt(3, { state: 'mined' })),
      insert(attempt(3, { txId: 'attempt 1' })),
      insert(attempt(1, { txId: 'new' })),
    ];
    for (const execution of refused)
      assert.deepEqual((await store.execute([execution])).map(kindOf), ['bug']);
    const rows = await store.reads.rows('withdrawal_attempts', { withdrawalId: 'w001' });
    assert.deepEqual(
      rows.map((row) => [row.attempt, row.state]),
      [
        [1, 'sent'],
        [2, 'mined'],
      ],
    );
  },
);

conformance(
  'a withdrawal that is being failed can only fail, and one that is completed cannot',
  async (_site, store) => {
    await fillStore(store);
    const [sent] = await store.reads.withdrawalsUnderWay('broadcast', 0, 1);
    assert.ok(sent);
    const set = (changes: Partial<Row<'withdrawals'>>) =>
      writing({ update: 'withdrawals', key: { id: sent.id }, set: changes });
    const refuses = async (changes: Partial<Row<'withdrawals'>>) =>
      assert.deepEqual((await store.execute([set(changes)])).map(kindOf), ['bug'], JSON.stringify(changes));
    await refuses({ stage: 'failed' });
    await run(store, set({ failure: 'an operator decided so' }));
    await refuses({ stage: 'completed' });
    await refuses({ stage: 'cancelled' });
    await run(store, set({ failure: null }));
    await run(store, set({ stage: 'completed' }));
    await refuses({ stage: 'failed' });
    await refuses({ failure: 'late' });
    assert.equal((await store.reads.row('withdrawals', { id: sent.id }))?.stage, 'completed');
  },
);

conformance(
  'a resource of a transaction, such as a nonce, is reserved once on a network',
  async (_site, store) => {
    await fillStore(store);
    const reserve = (network: string, withdrawalId: string) =>
      writing({ insert: 'chain_reservations', row: { network, resource: 'nonce 7', withdrawalId } });
    await run(store, reserve('N', 'w001'));
    await run(store, reserve('M', 'w002'));
    assert.deepEqual((await store.execute([reserve('N', 'w002')])).map(kindOf), ['bug']);
    const [row] = await store.reads.rows('chain_reservations', { network: 'N' });
    assert.equal(row?.withdrawalId, 'w001');
  },
);
