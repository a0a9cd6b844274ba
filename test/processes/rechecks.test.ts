/** A closed network or disabled account stops withdrawals at another process even before that one sees the change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRejected, done, reaches, signed } from '../operator/operator-client.ts';
import { eventually } from '../support/eventually.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { emailOf, keyOf } from '../support/world.ts';
import { type Pair, withPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };
const path = `/accounts/${emailOf('alice')}`;
const lock = 'pg_advisory_xact_lock';
const key = 4205114362;

const withStandardWorld = (work: (pair: Pair) => Promise<void>) =>
  withPair(async (pair) => {
    await buildStandardWorld(pair.a.server);
    await work(pair);
    await assertLedgerBalances(pair.b.server);
  });

/** Submits a withdrawal at B that the customer has to confirm. */
async function submitToConfirm({ a, b }: Pair): Promise<string> {
  await done(a, 'PATCH', path, { withdrawConfirmation: 'email', reason: 'a test' });
  const address = outsideAddresses.ETH?.[0] ?? '';
  const query = { asset: 'ETH', address, amount: '0.01' };
  const reply = await b.signed(keyOf('alice'), 'POST', '/wapi/v3/withdraw.html', query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body.id;
}

/** Changes the database directly, so that neither process is notified. */
const setOpen = ({ sql }: Pair, isOpen: boolean) =>
  sql.run(`UPDATE assets SET definition = jsonb_set(definition::jsonb, '{networks}', (SELECT jsonb_agg(
    CASE WHEN each ->> 'network' = 'ETH' THEN each || '{"withdrawEnabled":${isOpen}}' ELSE each END)
    FROM jsonb_array_elements(definition::jsonb -> 'networks') each))::text WHERE asset = 'ETH'`);

const setAsset = ({ sql }: Pair, change: string) =>
  sql.run(`UPDATE assets SET definition = (definition::jsonb || '${change}')::text WHERE asset = 'ETH'`);

const confirm = ({ b }: Pair, id: string) =>
  b.operator('POST', `/withdrawals/${id}/confirm`, { reason: 'a test' });

const isWaitedFor = ({ sql }: Pair) =>
  eventually(
    () => sql.rows(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${key} AND NOT granted`),
    (waiting) => waiting.length > 0,
  );

test('a process rejects a withdrawal on a closed network before it sees the change', options, () =>
  withStandardWorld(async (pair) => {
    const id = await submitToConfirm(pair);
    await setOpen(pair, false);
    const rejected = await confirm(pair, id);
    assert.equal(rejected.status, 409, rejected.text);
    await setOpen(pair, true);
    assert.equal((await confirm(pair, id)).status, 200);
  }),
);

test('a process sends nothing on a closed network before it sees the change', options, () =>
  withStandardWorld(async (pair) => {
    await done(pair.a, 'PATCH', path, { withdrawConfirmation: 'none', reason: 'a test' });
    await setOpen(pair, false);
    const address = outsideAddresses.ETH?.[0] ?? '';
    const query = { asset: 'ETH', address, amount: '0.01' };
    const reply = await pair.b.signed(keyOf('alice'), 'POST', '/wapi/v3/withdraw.html', query);
    assert.equal(reply.status, 200, reply.text);
    const { waitingFor } = await reaches(pair.b, reply.body.id, 'waiting');
    assert.equal(waitingFor, 'network-closed');
  }),
);

test(
  'a process that has not seen that a network was closed pays no customer of this exchange on it',
  options,
  () =>
    withStandardWorld(async (pair) => {
      const { a, b } = pair;
      await done(a, 'PATCH', path, { withdrawConfirmation: 'none', reason: 'a test' });
      const { address } = await signed(b, keyOf('bob'), 'GET', '/wapi/v3/depositAddress.html', {
        asset: 'ETH',
      });
      const pay = () =>
        b.signed(keyOf('alice'), 'POST', '/wapi/v3/withdraw.html', {
          asset: 'ETH',
          address,
          amount: '0.02',
        });
      await setOpen(pair, false);
      assertRejected(await pay(), 400, -4019);
      await setOpen(pair, true);
      await setAsset(pair, '{"withdrawMaximumPerDay":"1"}');
      assertRejected(await pay(), 400, -4023);
      await setAsset(pair, '{"withdrawMaximumPerDay":null,"autoApprovalLimit":"1"}');
      const reply = await pay();
      const { stage } = await done(b, 'GET', `/withdrawals/${reply.body.id}`);
      assert.equal(stage, 'awaiting-approval');
    }),
);

test(
  'an account being disabled at one process is disabled at the other once that is committed',
  options,
  () =>
    withStandardWorld(async (pair) => {
      const id = await submitToConfirm(pair);
      await pair.sql.run(`BEGIN; SELECT ${lock}(${key});
      UPDATE accounts SET enabled = false WHERE email = '${emailOf('alice')}'`);
      const confirming = confirm(pair, id);
      await isWaitedFor(pair);
      await pair.sql.run('COMMIT');
      const rejected = await confirming;
      assert.equal(rejected.status, 409, rejected.text);
    }),
);

test('an account is disabled only while no step of a withdrawal is in progress', options, () =>
  withStandardWorld(async (pair) => {
    await pair.sql.run(`BEGIN; SELECT ${lock}_shared(${key})`);
    const disabling = done(pair.a, 'PATCH', path, { enabled: false, reason: 'a test' });
    await isWaitedFor(pair);
    await pair.sql.run('COMMIT');
    await disabling;
  }),
);

test('a disabled master moves nothing at a process that has not seen the change', options, () =>
  withStandardWorld(async ({ a, b, sql }) => {
    /** Directly in the database, so that neither process is notified. */
    const disable = (name: 'master' | 'alice') =>
      sql.run(`UPDATE accounts SET enabled = false WHERE email = '${emailOf(name)}'`);
    const move = () =>
      b.signed(keyOf('master'), 'POST', '/wapi/v3/sub-account/transfer.html', {
        fromEmail: emailOf('alice'),
        toEmail: emailOf('bob'),
        asset: 'ETH',
        amount: '0.01',
      });
    // Now the key is cached.
    assert.equal((await move()).status, 200);
    await disable('master');
    const rejected = await move();
    assert.deepEqual([rejected.status, rejected.body.code], [400, -1002], rejected.text);
    // A process whose heartbeats are late reads accounts again, and may then see that the master is disabled.
    await done(a, 'PATCH', `/accounts/${emailOf('master')}`, { enabled: true, reason: 'a test' });
    await eventually(move, ({ status }) => status === 200);
    await disable('alice');
    assert.equal((await move()).status, 200);
  }),
);

test('an address is assigned to a customer only while no step of a withdrawal is in progress', options, () =>
  withStandardWorld(async (pair) => {
    await pair.sql.run(`BEGIN; SELECT ${lock}_shared(${key})`);
    const assigning = done(pair.a, 'PUT', `${path}/deposit-addresses`, {
      asset: 'ETH',
      network: 'ETH',
      address: outsideAddresses.ETH?.[0],
    });
    await isWaitedFor(pair);
    await pair.sql.run('COMMIT');
    await assigning;
  }),
);

test('an address assigned to a customer at one process is not paid on the chain by the other', options, () =>
  withStandardWorld(async (pair) => {
    const id = await submitToConfirm(pair);
    await done(pair.a, 'PUT', `/accounts/${emailOf('bob')}/deposit-addresses`, {
      asset: 'ETH',
      network: 'ETH',
      address: outsideAddresses.ETH?.[0],
    });
    assert.equal((await confirm(pair, id)).status, 200);
    const { txId } = await reaches(pair.b, id, 'completed');
    assert.match(txId, /^Internal transfer/);
  }),
);
