/** Rules that every asset must satisfy, whatever defined it. */
import type { Asset, AssetNetwork } from './catalog.ts';
import { faultOfCode } from './code.ts';

/** @returns why the asset is invalid; undefined if it is valid. */
export function faultOfAsset(asset: Asset): string | undefined {
  const codeFault = faultOfCode('asset', asset.asset);
  if (codeFault !== undefined) return codeFault;
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
  if (isNegative(network.depositMinimum)) return 'depositMinimum is not below zero';
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
