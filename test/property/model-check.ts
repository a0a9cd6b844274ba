/** Compares the contents of a store with the reference model. */
import assert from 'node:assert/strict';
import type { WithdrawalStage } from '../../src/contract/withdrawal-stages.ts';
import { wireStatus } from '../../src/contract/withdrawal-status.ts';
import { unattributedAccountId } from '../../src/domain/deposit/unattributed-account.ts';
import type { Store } from '../../src/store/port.ts';
import { type Model, nobody } from './model.ts';
import { assets, destinationAddress, emailOf } from './model-world.ts';

const all = { limit: 10_000, offset: 0 };

/** The store must agree with the model, to the last unit and in the same order. */
export async function assertSame(
  { reads }: Pick<Store, 'reads'>,
  model: Model,
  ids: readonly number[],
): Promise<void> {
  const tranIds = [model.transfers, model.walletTransfers, model.conversions].flatMap((rows) =>
    rows.map(({ tranId }) => `${tranId}`),
  );
  const completed = await reads.rows('withdrawals', { stage: 'completed' });
  const internal = completed
    .filter((row) => row.txId.startsWith('Internal transfer '))
    .map((row) => row.txId.replace('Internal transfer ', ''));
  const numbers = [...tranIds, ...internal];
  assert.equal(new Set(numbers).size, numbers.length, 'each sequence number is used once');
  for (const asset of assets) {
    const held = await reads.row('custody', { asset });
    assert.equal(held?.available ?? 0n, model.availableOf(asset), `custody of ${asset}`);
    assert.equal(held?.waiting ?? 0, model.lineOf(asset).length, `withdrawals waiting for ${asset}`);
  }
  for (const [who, id] of [...ids.entries(), [nobody, unattributedAccountId] as const]) {
    for (const asset of assets) {
      for (const wallet of ['spot', 'funding'] as const) {
        const row = await reads.row('balances', { accountId: id, asset, wallet });
        const what = `${emailOf(who)} ${wallet} ${asset}`;
        assert.equal(row?.free ?? 0n, model.of('free', who, asset, wallet), `${what} free`);
        assert.equal(row?.held ?? 0n, model.of('held', who, asset, wallet), `${what} held`);
        const owed = wallet === 'spot' ? model.owedBy(who, asset) : 0n;
        assert.equal(row?.owed ?? 0n, owed, `${what} owed`);
      }
    }
    const withdrawals = await reads.withdrawals(id, {}, all);
    assert.deepEqual(
      withdrawals.map((row) => [
        row.id,
        row.asset,
        row.amount,
        row.fee,
        row.orderId,
        row.wallet,
        row.stage,
        row.waitingFor,
        row.stage === 'broadcast' && row.failure !== null,
      ]),
      ofAccount(model.withdrawals, who).map((row) => [
        row.id,
        row.asset,
        row.units,
        row.fee,
        row.orderId ?? null,
        row.wallet,
        row.stage,
        row.waitingFor,
        row.stage === 'broadcast' && row.failing,
      ]),
    );
    assert.ok(withdrawals.every((row) => wireStatus(row.stage as WithdrawalStage) !== undefined));
    assert.deepEqual(
      (await reads.deposits(id, {}, all)).map((row) => [
        row.asset,
        row.amount,
        row.stage,
        row.address,
        row.addressTag,
        row.reorganisedAt !== null,
        row.blockHeight,
      ]),
      ofAccount(model.deposits, who).map((row) => [
        row.asset,
        row.units,
        row.stage,
        destinationAddress(row.to),
        row.tag,
        row.lost,
        row.block,
      ]),
    );
    await assertSmallHistories(reads, model, who, id);
  }
}

async function assertSmallHistories(
  reads: Store['reads'],
  model: Model,
  who: number,
  id: number,
): Promise<void> {
  const conversions = await reads.dustConversions(id, all);
  assert.deepEqual(
    conversions.rows.map((row) => [
      row.tranId,
      (row.lines as object[]).map((line) => Object.values(line).join(' ')),
    ]),
    ofAccount(model.conversions, who).map((row) => [row.tranId, row.lines]),
  );
  const payments = await reads.dividendPayments(id, {}, 10_000);
  assert.deepEqual(
    payments.rows.map((row) => [row.tranId, row.asset, row.amount]),
    ofAccount(model.payments, who).map((row) => [row.tranId, row.asset, row.units]),
  );
  if (who !== nobody) await assertLocks(reads, model, who, id);
  const ever = { from: 0, to: Number.MAX_SAFE_INTEGER };
  for (const fromWallet of ['spot', 'funding'] as const) {
    const { rows } = await reads.walletTransfers(id, { fromWallet }, all);
    assert.deepEqual(
      rows.map((row) => [row.tranId, row.asset, row.amount]),
      ofAccount(model.walletTransfers, who)
        .filter(({ from }) => from === fromWallet)
        .map((row) => [row.tranId, row.asset, row.units]),
    );
  }
  const transfers = await reads.subAccountTransfers(id, ever, all);
  assert.deepEqual(
    transfers.map((row) => [row.tranId, row.fromEmail, row.toEmail, row.asset, row.amount, row.clientId]),
    model.transfers
      .filter(({ from, to }) => from === who || to === who)
      .map((row) => [
        row.tranId,
        emailOf(row.from),
        emailOf(row.to),
        row.asset,
        row.units,
        row.clientId ?? null,
      ]),
  );
}

/** The held amount is locked by credited deposits; the rest is held by withdrawals. */
async function assertLocks(reads: Store['reads'], model: Model, who: number, id: number): Promise<void> {
  for (const { asset, wallet, free, withdrawing, locked } of await reads.accountBalances(id, {})) {
    const credited = ofAccount(model.deposits, who).filter((row) => row.stage === 'credited');
    const inAsset = wallet === 'spot' ? credited.filter((row) => row.asset === asset) : [];
    assert.equal(
      locked,
      inAsset.reduce((sum, { units }) => sum + units, 0n),
    );
    assert.equal(withdrawing, model.of('held', who, asset, wallet) - locked);
    assert.equal(free, model.of('free', who, asset, wallet));
  }
}

function ofAccount<T extends { who: number }>(rows: readonly T[], who: number): T[] {
  return rows.filter((row) => row.who === who);
}
