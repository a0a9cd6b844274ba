/**
 * The world of the random commands: a master with two sub-accounts and a stranger, four assets that cover all variants
 * of the rules for withdrawals, deposits and dust, and a deposit address for each account and network.
 */
import type { DefiningAsset } from '../../src/command/catalog/asset-put.ts';
import type { Store } from '../../src/store/port.ts';
import { buildWorld, emailOf as emailOfName, type Site, siteOn } from '../support/world.ts';
import { type AccountPlan, asset, decimal, network, worldPlan } from '../support/world-plan.ts';
import type { AssetTerms, Destination } from './model.ts';

export const names = ['master', 'alice', 'bob', 'stranger'] as const;
type AccountName = (typeof names)[number];
export const masters = [null, 0, 0, null] as const;
export const emailOf = (who: number) => emailOfName(names[who]!);

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
export function buildModelWorld(store: Store): Promise<readonly number[]> {
  return buildModelWorldOn(siteOn(store));
}

export async function buildModelWorldOn(site: Site): Promise<readonly number[]> {
  const customers = await buildWorld(site, plan);
  return names.map((name) => customers[name].accountId);
}

function accountPlan(who: number): AccountPlan<AccountName> {
  const master = masters[who];
  const addresses = assets.map((asset) => ({
    asset,
    network: terms[asset]!.network,
    address: addressOf(who, asset),
  }));
  return { addresses, ...(typeof master === 'number' && { master: names[master]! }) };
}

/** The definition of an asset, with withdrawals open or suspended. */
export function assetOf(code: string, open = terms[code]!.withdrawable): DefiningAsset {
  const { scale, fee, minimum, multiple, maximumPerDay, approvalAbove, ...rest } = terms[code]!;
  const rules = {
    withdrawEnabled: open,
    depositMinimum: rest.depositMinimum,
    withdrawFee: fee,
    withdrawMinimum: minimum,
    withdrawMultiple: multiple,
    minConfirm: rest.minConfirm,
    unlockConfirm: rest.unlockConfirm,
  };
  const limits = { withdrawMaximumPerDay: maximumPerDay, autoApprovalLimit: approvalAbove };
  return asset(code, [network(rest.network, 'opaque', rules)], Number(scale), limits);
}

/** Converts units to an amount as in requests. */
export function amountOf(units: bigint, asset: string) {
  return decimal(units === 0n ? '0' : `${units}e-${terms[asset]!.scale}`);
}

const plan = worldPlan({
  assets: assets.map((code) => [assetOf(code), `${terms[code]!.price}e-3`]),
  accounts: {
    master: accountPlan(0),
    alice: accountPlan(1),
    bob: accountPlan(2),
    stranger: accountPlan(3),
  },
});
