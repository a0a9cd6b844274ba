/**
 * The world of the random commands: a master with two sub-accounts and a stranger, four assets that cover all variants
 * of the rules for withdrawals, deposits and dust, and a deposit address for each account and network.
 */
import assert from 'node:assert/strict';
import { commands } from '../../src/command/registry.ts';
import type { Execution, Store } from '../../src/store/port.ts';
import { decimal, operator } from '../support/command-world.ts';
import type { AssetTerms, Destination } from './model.ts';

export const names = ['master', 'alice', 'bob', 'stranger'] as const;
export const masters = [null, 0, 0, null] as const;
export const emailOf = (who: number) => `${names[who]}@example.com`;

const plain = {
  scale: 8n,
  withdrawable: true,
  fee: 0n,
  minimum: 1n,
  multiple: 1n,
  maximumPerDay: null,
  approvalAbove: null,
  depositMinimum: 0n,
  minConfirm: 1,
  unlockConfirm: 2,
};

/** BTC and XRP share a network, and therefore deposit addresses. */
export const terms: Readonly<Record<string, AssetTerms>> = {
  BTC: {
    ...plain,
    network: 'NET1',
    price: 40_000_000n,
    fee: 10n,
    minimum: 30n,
    multiple: 5n,
    approvalAbove: 400n,
  },
  XRP: {
    ...plain,
    network: 'NET1',
    scale: 6n,
    price: 600n,
    maximumPerDay: 700n,
    minConfirm: 2,
    unlockConfirm: 2,
  },
  BNB: { ...plain, network: 'NET2', price: 400_000n, fee: 1n, depositMinimum: 20n, unlockConfirm: 3 },
  ADA: { ...plain, network: 'NET2', scale: 6n, price: 500n, withdrawable: false },
};
export const assets = Object.keys(terms);

/** The same for all assets of a network. */
export const addressOf = (who: number, asset: string) => `inside-${names[who]}-${terms[asset]!.network}`;

export function destinationAddress(to: Destination): string {
  if (typeof to !== 'object') return to === 'nonsense' ? 'no address at all' : 'somewhere-else';
  return 'assigned' in to ? `assigned-${to.assigned}` : addressOf(to.account, to.asset);
}

/** @returns the account ids in the order of the names. */
export async function buildWorld(store: Store): Promise<readonly number[]> {
  const ids: number[] = [];
  await runAll(
    store,
    assets.flatMap((asset) => assetCommands(asset)),
  );
  for (const [who] of names.entries()) {
    const master = masters[who];
    const masterEmail = typeof master === 'number' ? emailOf(master) : undefined;
    const input = { operator, email: emailOf(who), masterEmail };
    const [opened] = await runAll(store, [{ command: commands.openAccount, input }]);
    const accountId = (opened as { id: number }).id;
    ids.push(accountId);
    await runAll(
      store,
      assets.map((asset) => ({
        command: commands.issueDepositAddress,
        input: {
          accountId,
          asset,
          network: terms[asset]!.network,
          proposed: { address: addressOf(who, asset), addressTag: '' },
        },
      })),
    );
  }
  return ids;
}

/** Commands that define the asset, with withdrawals open or suspended, and its price. */
export function assetCommands(code: string, open = terms[code]!.withdrawable) {
  const { network, scale, price, fee, minimum, multiple, ...rest } = terms[code]!;
  const way = {
    network,
    addressFormat: 'opaque' as const,
    depositEnabled: true,
    withdrawEnabled: open,
    depositMinimum: rest.depositMinimum,
    withdrawFee: fee,
    withdrawMinimum: minimum,
    withdrawMultiple: multiple,
    minConfirm: rest.minConfirm,
    unlockConfirm: rest.unlockConfirm,
  };
  const asset = {
    asset: code,
    name: code,
    scale: Number(scale),
    networks: [way],
    withdrawMaximumPerDay: rest.maximumPerDay,
    autoApprovalLimit: rest.approvalAbove,
  };
  const inUnits = { coefficient: price, scale: 3 };
  return [
    { command: commands.putAsset, input: { operator, asset } },
    { command: commands.putPrice, input: { operator, asset: code, price: inUnits } },
  ] as const;
}

async function runAll(store: Store, batch: readonly Execution[]): Promise<readonly unknown[]> {
  const outcomes = await store.execute(batch);
  return outcomes.map((outcome) => {
    assert.ok('done' in outcome, JSON.stringify(outcome));
    return outcome.done;
  });
}

/** Converts units to an amount as in requests. */
export function amountOf(units: bigint, asset: string) {
  return decimal(units === 0n ? '0' : `${units}e-${terms[asset]!.scale}`);
}
