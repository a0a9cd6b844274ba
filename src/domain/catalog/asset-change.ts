/** Applies an operator's change to an asset: decimal texts become units of the asset. */
import { formatUnits, parseDecimal, unitsOf } from '../../contract/decimal.ts';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import type { AssetView } from '../../contract/operator/assets.ts';
import type { AddressRules } from '../address/address.ts';
import type { Asset, AssetNetwork, NetworkAmount } from './catalog.ts';
import type { AddressRulesChange } from './network.ts';

type AmountTexts = { readonly [K in NetworkAmount]?: string | undefined };

export type AssetNetworkChange = AddressRulesChange &
  AmountTexts & {
    readonly network: string;
    readonly remove?: boolean | undefined;
    readonly depositEnabled?: boolean | undefined;
    readonly withdrawEnabled?: boolean | undefined;
    /** null: no tip. */
    readonly depositTip?: string | null | undefined;
    readonly minConfirm?: number | undefined;
    readonly unlockConfirm?: number | undefined;
  };

export type AssetChange = {
  readonly name?: string | undefined;
  readonly scale?: number | undefined;
  readonly networks?: readonly AssetNetworkChange[] | undefined;
  readonly withdrawMaximumPerDay?: string | null | undefined;
  readonly autoApprovalLimit?: string | null | undefined;
};

const defaultScale = 8;

/** The problem of an invalid change; thrown and caught within this file. */
class InvalidChange extends Error {
  readonly problem: DefinitionProblem;

  constructor(problem: DefinitionProblem) {
    super(problem.problem);
    this.problem = problem;
  }
}

function orProblem<T>(work: () => T): T | DefinitionProblem {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidChange) return error.problem;
    throw error;
  }
}

/** Creates an asset; missing fields take their defaults. */
export function createAsset(code: string, change: AssetChange): Asset | DefinitionProblem {
  const scale = change.scale ?? defaultScale;
  const blank = { asset: code, name: code, scale, networks: [], ...noLimits };
  return orProblem(() => ({
    ...changeOwnFields(blank, change),
    networks: readNetworks(blank, change.networks ?? []),
  }));
}

const noLimits = { withdrawMaximumPerDay: null, autoApprovalLimit: null };

/** Replaces the asset's networks by those of the change, in its order. */
export function replaceAsset(known: Asset, change: AssetChange): Asset | DefinitionProblem {
  return orProblem(() => ({
    ...changeOwnFields(known, change),
    networks: readNetworks(known, change.networks ?? []),
  }));
}

/** Changes, adds or removes the networks that are named; the others stay as they are. */
export function mergeAsset(known: Asset, change: AssetChange): Asset | DefinitionProblem {
  return orProblem(() => {
    const named = new Map(change.networks?.map((network) => [network.network, network]));
    const read = readNetworks(
      known,
      (change.networks ?? []).filter(({ remove }) => remove !== true),
    );
    const changed = new Map(read.map((network) => [network.network, network]));
    const unknown = [...named.values()].find(
      ({ network, remove }) => remove === true && !known.networks.some((each) => each.network === network),
    );
    if (unknown !== undefined)
      throw new InvalidChange({
        problem: 'network-not-of-asset',
        network: unknown.network,
        asset: known.asset,
      });
    const kept = known.networks
      .filter(({ network }) => named.get(network)?.remove !== true)
      .map((network) => changed.get(network.network) ?? network);
    const added = read.filter(({ network }) => !known.networks.some((each) => each.network === network));
    return { ...changeOwnFields(known, change), networks: [...kept, ...added] };
  });
}

/**
 * The first field that has a value and that the change omits. A complete definition must name each of them, so that none
 * is reset by mistake.
 */
export function findOmitted(view: AssetView, change: AssetChange): string | undefined {
  const { networks, asset: _, ...fields } = view;
  const top = omittedField(fields, change);
  if (top !== undefined) return top;
  for (const [index, named] of (change.networks ?? []).entries()) {
    const known = networks.find(({ network }) => network === named.network);
    const field = known && omittedField(known, named);
    if (field !== undefined) return `networks[${index}].${field}`;
  }
  return undefined;
}

export function omittedField(set: object, named: object): string | undefined {
  // cast: any field may be asked for.
  const given = named as Readonly<Record<string, unknown>>;
  return Object.entries(set).find(([name, value]) => value !== null && given[name] === undefined)?.[0];
}

/** The fields of the asset itself; `networks` stays as it is. */
function changeOwnFields(known: Asset, change: AssetChange): Asset {
  const { name = known.name, scale = known.scale } = change;
  const limit = (field: 'withdrawMaximumPerDay' | 'autoApprovalLimit') => {
    const text = change[field];
    if (text === undefined) return known[field];
    return text === null ? null : readUnits(text, field, known);
  };
  return {
    ...known,
    name,
    scale,
    withdrawMaximumPerDay: limit('withdrawMaximumPerDay'),
    autoApprovalLimit: limit('autoApprovalLimit'),
  };
}

function readNetworks(asset: Asset, changes: readonly AssetNetworkChange[]): AssetNetwork[] {
  return changes.map((change, index) => {
    const known = asset.networks.find(({ network }) => network === change.network);
    return readNetwork(asset, known, change, `networks[${index}]`);
  });
}

function readNetwork(
  asset: Asset,
  known: AssetNetwork | undefined,
  change: AssetNetworkChange,
  at: string,
): AssetNetwork {
  const { depositTip = known?.depositTip ?? null, minConfirm = known?.minConfirm ?? 1 } = change;
  return {
    network: change.network,
    depositEnabled: change.depositEnabled ?? known?.depositEnabled ?? true,
    withdrawEnabled: change.withdrawEnabled ?? known?.withdrawEnabled ?? true,
    ...(depositTip !== null && { depositTip }),
    ...readAmounts(asset, known, change, at),
    minConfirm,
    unlockConfirm: change.unlockConfirm ?? known?.unlockConfirm ?? minConfirm,
  };
}

function readAmounts(
  asset: Asset,
  known: AssetNetwork | undefined,
  change: AssetNetworkChange,
  at: string,
): Record<NetworkAmount, bigint> {
  const given = (name: NetworkAmount) => {
    const text = change[name];
    return text === undefined ? known?.[name] : readUnits(text, `${at}.${name}`, asset);
  };
  const withdrawMultiple = given('withdrawMultiple') ?? 1n;
  return {
    depositMinimum: given('depositMinimum') ?? 0n,
    withdrawFee: given('withdrawFee') ?? 0n,
    withdrawMinimum: given('withdrawMinimum') ?? withdrawMultiple,
    withdrawMultiple,
  };
}

function readUnits(text: string, field: string, { asset, scale }: Asset): bigint {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new InvalidChange({ problem: 'amount-not-decimal', field });
  const units = unitsOf(decimal, scale);
  if (units === null) throw new InvalidChange({ problem: 'amount-too-precise', field, asset, scale });
  return units;
}

/** The asset as shown to operators: amounts in decimals, and the address rules of each network. */
export function viewAsset(asset: Asset, rulesOf: (network: string) => AddressRules): AssetView {
  const { scale, networks, withdrawMaximumPerDay, autoApprovalLimit, ...rest } = asset;
  const text = (units: bigint) => formatUnits(units, scale);
  const viewed = networks.map(({ network, depositTip, ...terms }) => ({
    network,
    ...rulesOf(network),
    ...terms,
    ...(depositTip !== undefined && { depositTip }),
    depositMinimum: text(terms.depositMinimum),
    withdrawFee: text(terms.withdrawFee),
    withdrawMinimum: text(terms.withdrawMinimum),
    withdrawMultiple: text(terms.withdrawMultiple),
  }));
  return {
    ...rest,
    scale,
    // cast: no property is present with the value undefined.
    networks: viewed as AssetView['networks'],
    withdrawMaximumPerDay: withdrawMaximumPerDay === null ? null : text(withdrawMaximumPerDay),
    autoApprovalLimit: autoApprovalLimit === null ? null : text(autoApprovalLimit),
  };
}
