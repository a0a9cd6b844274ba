/**
 * Adds an asset or replaces its definition. The scale gives stored units their meaning — those of
 * balances, and of deposits that still wait for their confirmations: it never changes.
 */
import { faultOfAddressRules } from '../domain/address/address.ts';
import { type Asset, type AssetNetwork, storedAsset } from '../domain/catalog.ts';
import type { Command, DecisionContext } from '../store/port.ts';
import { Draft, type Operator } from './draft.ts';
import { conflict, invalid } from './operator-refusal.ts';

export type AssetDefinition = { readonly operator: Operator; readonly asset: Asset };

export const putAsset: Command<AssetDefinition, { readonly asset: string }> = {
  name: 'asset-put',
  prefetch: [],
  decide({ operator, asset }, rows, context) {
    const fault = faultOfAsset(asset);
    if (fault !== undefined) return invalid(`${asset.asset}: ${fault}.`);
    if (changesScale(asset, context)) return conflict(`${asset.asset} has another scale already; it stays.`);
    const draft = new Draft(rows, context);
    const definition = storedAsset(asset);
    draft.write({ put: 'assets', row: { asset: asset.asset, definition } });
    draft.audit(operator, 'asset-put', asset.asset, definition);
    return draft.reply({ asset: asset.asset });
  },
};

function changesScale({ asset, scale }: Asset, { catalog }: DecisionContext): boolean {
  const known = catalog.assets.get(asset);
  return known !== undefined && known.scale !== scale;
}

function faultOfAsset(asset: Asset): string | undefined {
  if (!/^[A-Z0-9]{2,20}$/.test(asset.asset)) return 'the code is 2 to 20 capital letters and digits';
  if (!isWhole(asset.scale, 0) || asset.scale > 18) return 'scale is a whole number from 0 to 18';
  if (asset.networks.length === 0) return 'an asset has one network at least';
  const names = asset.networks.map(({ network }) => network);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `network ${twice} is there twice`;
  if (isNegative(asset.withdrawMaximumPerDay)) return 'withdrawMaximumPerDay is not below zero';
  if (isNegative(asset.autoApprovalLimit)) return 'autoApprovalLimit is not below zero';
  for (const network of asset.networks) {
    const fault = faultOfNetwork(network);
    if (fault !== undefined) return `network ${network.network}: ${fault}`;
  }
  return undefined;
}

function faultOfNetwork(network: AssetNetwork): string | undefined {
  if (!/^[A-Z0-9]{1,20}$/.test(network.network)) return 'the name is 1 to 20 capital letters and digits';
  const addressFault = faultOfAddressRules(network);
  if (addressFault !== undefined) return addressFault;
  if (isNegative(network.withdrawFee)) return 'withdrawFee is not below zero';
  if (isNegative(network.withdrawMinimum)) return 'withdrawMinimum is not below zero';
  if (network.withdrawMultiple < 1n) return 'withdrawMultiple is above zero';
  if (!isWhole(network.minConfirm, 1)) return 'minConfirm is a whole number from 1';
  if (!isWhole(network.unlockConfirm, network.minConfirm)) {
    return 'unlockConfirm is a whole number, minConfirm or more';
  }
  return undefined;
}

function isWhole(value: number, minimum: number): boolean {
  return Number.isSafeInteger(value) && value >= minimum;
}

function isNegative(units: bigint | null): boolean {
  return units !== null && units < 0n;
}
