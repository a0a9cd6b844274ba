/** The multiplied movements of the benchmark of lists are books like any others. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { thisCheckout } from '../../tools/bench/checkout.ts';
import { multiply, readMarks } from '../../tools/bench/history/multiply.ts';
import { recordMovements } from '../../tools/bench/history/record.ts';
import { OperatorClient } from '../../tools/bench/operator-client.ts';
import { Progress } from '../../tools/bench/progress.ts';
import { Storage, type StoreName } from '../../tools/bench/storage.ts';
import { Subject } from '../../tools/bench/subject.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';

const recorded = 40;
const times = 12;
const silent = new Progress(() => {});

for (const store of ['sqlite', 'postgres'] as const)
  test(
    `multiplied movements pass verification, and the server continues with them (${store})`,
    {
      skip: store === 'postgres' && skipWithoutPostgres,
    },
    () => withMultiplied(store, checkMultiplied),
  );

async function withMultiplied(store: StoreName, check: (client: OperatorClient) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const storage = await Storage.create(store, folder);
  try {
    const subject = new Subject('this', thisCheckout(), storage, silent);
    await subject.withCopy(10, async (place, keys) => {
      const marks = await readMarks(place);
      const first = await subject.start(place);
      await recordMovements({ server: first, keys, place }, recorded, silent);
      await first.stop(10_000);
      await multiply(place, marks, times, silent);
      const again = await subject.start(place);
      const client = new OperatorClient(again.operatorPort);
      try {
        await check(client);
      } finally {
        client.close();
        await again.kill();
      }
    });
  } finally {
    await storage.remove();
    rmSync(folder, { recursive: true });
  }
}

async function checkMultiplied(client: OperatorClient): Promise<void> {
  const read = async (path: string) => JSON.parse(await client.get(`/operator/v1${path}`));
  const { withdrawals } = await read('/withdrawals?limit=1000');
  assert.equal(withdrawals.length, recorded * times);
  const stages = new Set(withdrawals.map(({ stage }: { stage: string }) => stage));
  assert.deepEqual([...stages].sort(), ['awaiting-approval', 'cancelled', 'completed', 'rejected']);
  await client
    .change('POST', `/operator/v1/withdrawals/${withdrawals[0].id}/cancel`, { reason: 'test' })
    .catch(() => {});
  const { ok, mismatches } = await read('/integrity');
  assert.deepEqual([ok, mismatches], [true, []]);
}
