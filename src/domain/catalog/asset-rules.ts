/** Rules that every asset must satisfy, whatever defined it. */
import type { Asset, AssetNetwork } from './catalog.ts';
import { faultOfCode } from './code.ts';

/** @returns why the asset is invalid; undefined if it is valid. */
export function faultOfAsset(asset: Asset): string | undefined {
  const codeFault = faultOfCode('asset', asset.asset);
  if (codeFault !== undefined) return codeFault;
  if (!isWhole(asset.scale, 0) || asset.scale > 18) return 'scale must be a whole number from 0 to 18';
  if (asset.networks.length === 0) return 'an asset must have at least one network';
  const names = asset.networks.map(({ network }) => network);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `network ${twice} is listed twice`;
  if (isNegative(asset.withdrawMaximumPerDay)) return 'withdrawMaximumPerDay must not be negative';
  if (isNegative(asset.autoApprovalLimit)) return 'autoApprovalLimit must not be negative';
  for (const network of asset.networks) {
    const fault = faultOfNetwork(network);
    if (fault !== undefined) return `network ${network.network}: ${fault}`;
  }
  return undefined;
}

function faultOfNetwork(network: AssetNetwork): string | undefined {
  if (isNegative(network.depositMinimum)) return 'depositMinimum must not be negative';
  if (isNegative(network.withdrawFee)) return 'withdrawFee must not be negative';
  if (isNegative(network.withdrawMinimum)) return 'withdrawMinimum must not be negative';
  if (network.withdrawMultiple < 1n) return 'withdrawMultiple must be greater than zero';
  if (!isWhole(network.minConfirm, 1)) return 'minConfirm must be a whole number of at least 1';
  if (!isWhole(network.unlockConfirm, network.minConfirm)) {
    return 'unlockConfirm must be a whole number not less than minConfirm';
  }
  return undefined;
}

function isWhole(value: number, minimum: number): boolean {
  return Number.isSafeInteger(value) && value >= minimum;
}

function isNegative(units: bigint | null): boolean {
  return units !== null && units < 0n;
}
