import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFamily, operator } from '../../test/support/command-world.ts';
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
  const family = await openFamily();
  await family.run(recordBan, ban);
  await family.run(recordBan, { ...ban, bannedUntilMs: 1_700_000_720_000, offences: 2 });
  const rows = await family.rows('bans');
  assert.deepEqual(rows, [
    { ip: ban.ip, bannedUntil: 1_700_000_720_000, offences: 2, lastOffenceAt: ban.lastOffenceMs },
  ]);
});

test('an operator can lift only an existing ban', async () => {
  const family = await openFamily();
  await family.run(recordBan, ban);
  const none = await family.refused(liftBan, { operator, ip: '203.0.113.8' });
  assert.deepEqual(none, { rejected: 'ban-unknown', details: { ip: '203.0.113.8' } });
  await family.run(liftBan, { operator, ip: ban.ip });
  assert.deepEqual(await family.rows('bans'), []);
  const audit = await family.lastAudit();
  assert.deepEqual(
    [audit?.action, audit?.subject, audit?.details],
    ['ban-lift', ban.ip, { bannedUntilMs: ban.bannedUntilMs, offences: 1 }],
  );
});

test('repeating a seal changes nothing, and a different seal of the same transfers is rejected', async () => {
  const family = await openFamily();
  const seal = { previousSeq: 0, lastSeq: 7, hash: 'ab'.repeat(32) };
  await family.run(sealTransfers, seal);
  const first = { lastSeq: 7, hash: seal.hash, sealedAt: family.nowMs };
  family.nowMs += 1000;
  await family.run(sealTransfers, seal);
  const other = await family.refused(sealTransfers, { ...seal, hash: 'cd'.repeat(32) });
  assert.equal(other.rejected, 'operator-conflict');
  const rows = await family.rows('transfer_seals');
  assert.deepEqual(rows, [first]);
});

test('a seal that was computed from an older head of the chain is rejected', async () => {
  const family = await openFamily();
  const hash = 'ab'.repeat(32);
  await family.run(sealTransfers, { previousSeq: 0, lastSeq: 7, hash });
  for (const stale of [
    { previousSeq: 0, lastSeq: 9 },
    { previousSeq: 0, lastSeq: 5 },
    { previousSeq: 6, lastSeq: 9 },
    { previousSeq: 8, lastSeq: 9 },
  ]) {
    const { rejected } = await family.refused(sealTransfers, { ...stale, hash });
    assert.equal(rejected, 'operator-conflict', JSON.stringify(stale));
  }
  await family.run(sealTransfers, { previousSeq: 7, lastSeq: 9, hash });
  const seals = await family.rows('transfer_seals');
  assert.deepEqual(
    seals.map((seal) => seal.lastSeq),
    [7, 9],
  );
});
