/** Rules that every asset must satisfy, whatever defined it. */
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import type { Asset, AssetNetwork } from './catalog.ts';
import { isCode } from './code.ts';

/** @returns the first rule that the asset violates; undefined if it is valid. */
export function problemOfAsset(asset: Asset): DefinitionProblem | undefined {
  if (!isCode('asset', asset.asset)) return { problem: 'code-malformed', kind: 'asset' };
  if (!isWhole(asset.scale, 0) || asset.scale > 18)
    return { problem: 'integer-out-of-range', field: 'scale', minimum: 0, maximum: 18 };
  if (asset.networks.length === 0) return { problem: 'networks-missing' };
  const names = asset.networks.map(({ network }) => network);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { problem: 'network-repeated', network: twice };
  const limits = ['withdrawMaximumPerDay', 'autoApprovalLimit'] as const;
  const negative = limits.find((field) => isNegative(asset[field]));
  if (negative !== undefined) return { problem: 'amount-negative', field: negative };
  for (const network of asset.networks) {
    const problem = problemOfNetwork(network);
    if (problem !== undefined) return { ...problem, ofNetwork: network.network };
  }
  return undefined;
}

function problemOfNetwork(network: AssetNetwork): DefinitionProblem | undefined {
  const amounts = ['depositMinimum', 'withdrawFee', 'withdrawMinimum'] as const;
  const negative = amounts.find((field) => isNegative(network[field]));
  if (negative !== undefined) return { problem: 'amount-negative', field: negative };
  if (network.withdrawMultiple < 1n) return { problem: 'multiple-not-positive' };
  if (!isWhole(network.minConfirm, 1))
    return { problem: 'integer-out-of-range', field: 'minConfirm', minimum: 1 };
  if (!isWhole(network.unlockConfirm, network.minConfirm)) return { problem: 'unlock-before-credit' };
  return undefined;
}

function isWhole(value: number, minimum: number): boolean {
  return Number.isSafeInteger(value) && value >= minimum;
}

function isNegative(units: bigint | null): boolean {
  return units !== null && units < 0n;
}
