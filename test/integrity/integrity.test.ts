import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import { done } from '../support/world.ts';
import { startBusyWorld } from './busy-world.ts';

const limits = { timeout: 60_000 };

test(
  'the operator sees recomputed totals of every asset and the head of a verified hash chain',
  limits,
  async (t) => {
    const world = await startBusyWorld();
    t.after(() => world.exchange.close());
    const report = await world.reportSealed();
    const { head, ...chain } = report.chain;
    assert.match(String(head), /^[0-9a-f]{64}$/);
    assert.deepEqual(
      { ...report, chain },
      {
        ok: true,
        solvent: true,
        assets: [
          {
            asset: 'COIN',
            sum: '0',
            // 110 were credited, 3 deposited, 0.5 withdrawn with its fee.
            customerLiabilities: '112.5',
            custody: '112.50000005',
            reorganised: '0',
            covered: true,
            networks: [
              {
                network: 'CHAIN',
                custody: '112.50000005',
                reserved: '0.74999995',
                available: '111.7500001',
                waiting: 0,
              },
            ],
            openHolds: '3',
            fees: '0.00000005',
            dust: '0',
            adjustments: '0',
            owed: '0',
          },
        ],
        remainders: [],
        reorganised: [],
        transfers: 9,
        balancesRecomputed: 2,
        mismatches: [],
        chain: { sealed: 9, verified: true },
      },
    );
    await world.exchange.restart();
    const later = await world.reportSealed();
    assert.deepEqual([later.ok, later.chain.verified], [true, true]);
    const seals = await world.exchange.server.reads.rows('transfer_seals', {});
    assert.ok(
      seals.some((seal) => seal.hash === head),
      'the hash chain continues from its head after a restart',
    );
  },
);

test('a report reads one snapshot, however much is written meanwhile', limits, async (t) => {
  const { exchange, alice, reportSealed } = await startBusyWorld();
  t.after(() => exchange.close());
  const amount = { coefficient: 1n, scale: 4 };
  const request = { accountId: alice, asset: 'COIN', address: 'far-away', amount };
  const writeMany = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () => done(exchange.server.commands.submit('submitWithdrawal', request))),
    );
  // More than a page, so that others write while a report is created.
  await writeMany(1_500);
  let writing = true;
  const writer = (async () => {
    while (writing) await writeMany(8);
  })();
  const counted = new Set<number>();
  try {
    while (counted.size < 10) {
      const report = await reportIntegrity(exchange.location, systemClock.monotonic);
      assert.deepEqual([report.mismatches, report.ok], [[], true]);
      counted.add(report.transfers);
      await turn();
    }
  } finally {
    writing = false;
  }
  await writer;
  assert.equal((await reportSealed()).ok, true, 'also once everything is sealed');
});
