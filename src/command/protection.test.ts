import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../test/support/store-world.ts';
import { operator } from '../../test/support/world-plan.ts';
import { liftBan } from './account/ban-lift.ts';
import { recordBan } from './account/ban-record.ts';
import { sealTransfers } from './ledger/transfers-seal.ts';

const ban = {
  ip: '203.0.113.7',
  bannedUntilMs: 1_700_000_120_000,
  offences: 1,
  lastOffenceMs: 1_700_000_000_000,
};

test('a ban is stored, and a later ban of the same address replaces it', async () => {
  const world = await openStoreWorld();
  await world.run(recordBan, ban);
  await world.run(recordBan, { ...ban, bannedUntilMs: 1_700_000_720_000, offences: 2 });
  const rows = await world.rows('bans');
  assert.deepEqual(rows, [
    { ip: ban.ip, bannedUntil: 1_700_000_720_000, offences: 2, lastOffenceAt: ban.lastOffenceMs },
  ]);
});

test('an operator can lift only an existing ban', async () => {
  const world = await openStoreWorld();
  await world.run(recordBan, ban);
  const none = await world.rejection(liftBan, { operator, ip: '203.0.113.8' });
  assert.deepEqual(none, { rejected: 'ban-unknown', details: { ip: '203.0.113.8' } });
  await world.run(liftBan, { operator, ip: ban.ip });
  assert.deepEqual(await world.rows('bans'), []);
  const audit = await world.lastAudit();
  assert.deepEqual(
    [audit?.action, audit?.subject, audit?.details],
    ['ban-lift', ban.ip, { bannedUntilMs: ban.bannedUntilMs, offences: 1 }],
  );
});

test('repeating a seal changes nothing, and a different seal of the same transfers is rejected', async () => {
  const world = await openStoreWorld();
  const seal = { previousSeq: 0, lastSeq: 7, hash: 'ab'.repeat(32) };
  await world.run(sealTransfers, seal);
  const first = { lastSeq: 7, hash: seal.hash, sealedAt: world.nowMs };
  world.nowMs += 1000;
  await world.run(sealTransfers, seal);
  const other = await world.rejection(sealTransfers, { ...seal, hash: 'cd'.repeat(32) });
  assert.equal(other.rejected, 'seal-superseded');
  const rows = await world.rows('transfer_seals');
  assert.deepEqual(rows, [first]);
});

test('a seal that was computed from an older head of the chain is rejected', async () => {
  const world = await openStoreWorld();
  const hash = 'ab'.repeat(32);
  await world.run(sealTransfers, { previousSeq: 0, lastSeq: 7, hash });
  for (const stale of [
    { previousSeq: 0, lastSeq: 9 },
    { previousSeq: 0, lastSeq: 5 },
    { previousSeq: 6, lastSeq: 9 },
    { previousSeq: 8, lastSeq: 9 },
  ]) {
    const { rejected } = await world.rejection(sealTransfers, { ...stale, hash });
    assert.equal(rejected, 'seal-superseded', JSON.stringify(stale));
  }
  await world.run(sealTransfers, { previousSeq: 7, lastSeq: 9, hash });
  const seals = await world.rows('transfer_seals');
  assert.deepEqual(
    seals.map((seal) => seal.lastSeq),
    [7, 9],
  );
});
