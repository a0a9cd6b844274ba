/**
 * Adds or changes an asset. The scale never changes, because it defines the meaning of all stored units. A network that
 * is in use cannot be removed from the asset, but its deposits and withdrawals can be disabled.
 */
import { isDeepStrictEqual } from 'node:util';
import { isRejection, type OperatorCommandRejection } from '../../contract/errors.ts';
import type { AssetView } from '../../contract/operator/assets.ts';
import {
  type AssetChange,
  createAsset,
  findOmitted,
  mergeAsset,
  replaceAsset,
  viewAsset,
} from '../../domain/catalog/asset-change.ts';
import { faultOfAsset } from '../../domain/catalog/asset-rules.ts';
import { type Asset, type AssetNetwork, storedAsset } from '../../domain/catalog/catalog.ts';
import {
  type AddressRulesChange,
  createNetwork,
  defaultConnector,
  type Network,
  pickAddressRules,
  ruleParameters,
} from '../../domain/catalog/network.ts';
import { networkNamed } from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import { conflict, invalid, noAsset } from '../operator-refusal.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { checkGroup, omitted } from './network-put.ts';
import { describeNetworkUse, networkUseLookups } from './network-use.ts';

/** A complete asset. Address rules in it define networks that do not exist yet. */
export type AssetDefinition = { readonly operator: Operator; readonly asset: DefiningAsset };
export type DefiningAsset = Omit<Asset, 'networks'> & { readonly networks: readonly DefiningNetwork[] };
export type DefiningNetwork = AssetNetwork & AddressRulesChange;

export type AssetChanging = {
  readonly operator: Operator;
  readonly asset: string;
  /** `put` contains every field that is set and may define a new asset; `patch` contains only changes. */
  readonly mode: 'put' | 'patch';
  readonly change: AssetChange;
};

/** The reply is the asset as committed. */
export const putAsset: Command<AssetDefinition, AssetView> = {
  name: 'asset-put',
  changesLatest: true,
  prefetch: [({ asset }, _rows, context) => removalLookups(asset.asset, namesOf(asset.networks), context)],
  decide({ operator, asset: { networks, ...fields } }, rows, context) {
    const rules = networks.map(pickRules);
    const asset = { ...fields, networks: networks.map(withoutRules) };
    const known = context.catalog.assets.get(asset.asset);
    const refusal = known && checkRemovals(known, asset, rows, context);
    return refusal ?? defineAsset(asset, rules, operator, rows, context);
  },
};

/** The reply is the asset as committed. */
export const changeAsset: Command<AssetChanging, AssetView> = {
  name: 'asset-change',
  changesLatest: true,
  prefetch: [
    ({ asset, mode, change }, _rows, context) => {
      const named = change.networks ?? [];
      const removed = namesOf(named.filter(({ remove }) => remove === true));
      const isGone = (network: string) =>
        mode === 'put' ? !namesOf(named).includes(network) : removed.includes(network);
      const known = context.catalog.assets.get(asset);
      const kept = namesOf(known?.networks ?? []).filter((network) => !isGone(network));
      return removalLookups(asset, kept, context);
    },
  ],
  decide({ operator, asset: code, mode, change }, rows, context) {
    const known = context.catalog.assets.get(code);
    if (known === undefined && mode === 'patch') return noAsset(code);
    const asset = resolve(code, known, mode, change);
    if (typeof asset === 'string') return invalid(`${code}: ${asset}.`);
    if (known !== undefined) {
      const refusal = checkRemovals(known, asset, rows, context);
      if (refusal !== undefined) return refusal;
      const field = mode === 'put' ? findOmitted(viewOf(known, context), change) : undefined;
      if (field !== undefined) return omitted(field, `assets/${code}`);
    }
    return defineAsset(asset, change.networks ?? [], operator, rows, context);
  },
};

function resolve(
  code: string,
  known: Asset | undefined,
  mode: 'put' | 'patch',
  change: AssetChange,
): Asset | string {
  const twice = namesOf(change.networks ?? []).find((name, index, names) => names.indexOf(name) !== index);
  if (twice !== undefined) return `network ${twice} is listed twice`;
  if (Object.values(change).every((value) => value === undefined)) return 'the request contains no changes';
  if (known === undefined) return createAsset(code, change);
  return mode === 'put' ? replaceAsset(known, change) : mergeAsset(known, change);
}

function defineAsset(
  asset: Asset,
  rules: readonly (AddressRulesChange & { readonly network: string })[],
  operator: Operator,
  rows: Rows,
  context: DecisionContext,
) {
  const fault = faultOfAsset(asset);
  if (fault !== undefined) return invalid(`${asset.asset}: ${fault}.`);
  const known = context.catalog.assets.get(asset.asset);
  if (known !== undefined && known.scale !== asset.scale) {
    return conflict(`${asset.asset} has scale ${known.scale}; the scale of an asset never changes.`);
  }
  const networks = findNewNetworks(asset, rules, context);
  if (isRejection(networks)) return networks;
  if (known !== undefined && isDeepStrictEqual(storedAsset(asset), storedAsset(known))) {
    return { reply: viewOf(known, context), writes: [] };
  }
  const work = new UnitOfWork(rows, context);
  for (const network of networks)
    work.write({
      put: 'networks',
      row: { network: network.network, connector: defaultConnector, definition: network },
    });
  work.write({ put: 'assets', row: { asset: asset.asset, definition: storedAsset(asset) } });
  const view = viewOf(asset, context, networks);
  work.audit(operator, 'asset-put', asset.asset, {
    from: known ? viewOf(known, context) : null,
    to: view,
    ...(networks.length > 0 && { definedNetworks: networks }),
  });
  return work.reply(view);
}

/** The networks of the asset that do not exist yet. An asset cannot change the rules of an existing network. */
function findNewNetworks(
  asset: Asset,
  rules: readonly (AddressRulesChange & { readonly network: string })[],
  { catalog }: DecisionContext,
): readonly Network[] | OperatorCommandRejection {
  const networks: Network[] = [];
  for (const code of namesOf(asset.networks)) {
    const given = rules.find((each) => each.network === code) ?? { network: code };
    const known = catalog.networks.get(code);
    if (known !== undefined) {
      const field = findOtherRule(known, given);
      if (field !== undefined) return otherRule(known, field);
      continue;
    }
    const network = createNetwork(code, pickRules(given));
    if (typeof network === 'string') return invalid(`${asset.asset}: network ${code}: ${network}.`);
    const refusal = checkGroup(network, { catalog });
    if (refusal !== undefined) return refusal;
    networks.push(network);
  }
  return networks;
}

function findOtherRule(known: Network, given: AddressRulesChange) {
  return (['addressFormat', ...ruleParameters] as const).find(
    (name) =>
      given[name] !== undefined &&
      JSON.stringify(given[name] ?? null) !== JSON.stringify(known[name] ?? null),
  );
}

function otherRule(known: Network, field: keyof AddressRulesChange): OperatorCommandRejection {
  return conflict(
    `Network ${known.network} has ${field} ${JSON.stringify(known[field] ?? null)} for all assets; a single asset cannot change it.`,
  );
}

function checkRemovals(
  known: Asset,
  asset: Asset,
  rows: Rows,
  { catalog }: DecisionContext,
): OperatorCommandRejection | undefined {
  const kept = namesOf(asset.networks);
  for (const code of namesOf(known.networks).filter((each) => !kept.includes(each))) {
    const network = catalog.networks.get(code);
    const use = network && describeNetworkUse(network, rows, known.asset);
    if (use !== undefined) {
      return conflict(
        `${code} cannot be removed from ${known.asset} while it is in use: ${use}. To stop deposits and withdrawals, set depositEnabled and withdrawEnabled to false.`,
      );
    }
  }
  return undefined;
}

/**
 * Lookups for the networks that the change removes. Each network is locked until the commit, so that no address is
 * issued on it meanwhile.
 */
function removalLookups(
  code: string,
  kept: readonly string[],
  { catalog }: DecisionContext,
): readonly Lookup[] {
  const removed = namesOf(catalog.assets.get(code)?.networks ?? []).filter((name) => !kept.includes(name));
  return removed.flatMap((name) => {
    const network = catalog.networks.get(name);
    return network === undefined ? [] : [networkNamed(name), ...networkUseLookups(network, code)];
  }) as readonly Lookup[];
}

function viewOf(asset: Asset, { catalog }: DecisionContext, added: readonly Network[] = []) {
  return viewAsset(asset, (code) => {
    const network = catalog.networks.get(code) ?? added.find((each) => each.network === code);
    if (network === undefined) throw new Error(`${asset.asset} names ${code}, which is not defined`);
    return pickAddressRules(network);
  });
}

function pickRules(given: AddressRulesChange & { readonly network: string }) {
  const names = ['network', 'addressFormat', ...ruleParameters] as const;
  const set = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return Object.fromEntries(set) as typeof given;
}

function withoutRules({
  addressFormat: _format,
  addressHrp: _hrp,
  addressVersions: _versions,
  addressPrefix: _prefix,
  addressPattern: _pattern,
  ...network
}: DefiningNetwork): AssetNetwork {
  return network;
}

function namesOf(networks: readonly { readonly network: string }[]): readonly string[] {
  return networks.map(({ network }) => network);
}
