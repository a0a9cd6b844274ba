/**
 * Adds or replaces an asset. The scale never changes, because it defines the meaning of all stored units. A network that
 * is in use cannot be removed from the asset, but its deposits and withdrawals can be disabled.
 */
import { isDeepStrictEqual } from 'node:util';
import { addressParameters } from '../../contract/address-format.ts';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import type { AssetView } from '../../contract/operator/assets.ts';
import { viewAsset } from '../../domain/catalog/asset-change.ts';
import { problemOfAsset } from '../../domain/catalog/asset-rules.ts';
import { type Asset, type AssetNetwork, storedAsset } from '../../domain/catalog/catalog.ts';
import {
  type AddressRulesChange,
  createNetwork,
  defaultConnector,
  type Network,
  pickAddressRules,
} from '../../domain/catalog/network.ts';
import { isProved } from '../../domain/operator/principal.ts';
import { networkNamed } from '../../store/lookups.ts';
import type { AnyLookup, Command, DecisionContext, Rows } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { checkGroup } from './network-put.ts';
import { networkUseLookups, useOfNetwork } from './network-use.ts';

/** A complete asset. Address rules in it define networks that do not exist yet. */
export type AssetDefinition = { readonly operator: Operator; readonly asset: DefiningAsset };
export type DefiningAsset = Omit<Asset, 'networks'> & { readonly networks: readonly DefiningNetwork[] };
export type DefiningNetwork = AssetNetwork & AddressRulesChange;

export type DefinitionError =
  | 'asset-invalid'
  | 'asset-scale-fixed'
  | 'asset-network-in-use'
  | 'network-rule-fixed'
  | 'group-rules-differ'
  | 'proof-missing';

/** The reply is the asset as committed. */
export const putAsset: Command<AssetDefinition, AssetView, DefinitionError> = {
  name: 'asset-put',
  changesLatest: true,
  prefetch: [({ asset }, _rows, context) => removalLookups(asset.asset, namesOf(asset.networks), context)],
  decide({ operator, asset: { networks, ...fields } }, rows, context) {
    const rules = networks.map(pickRules);
    const asset = { ...fields, networks: networks.map(withoutRules) };
    const known = context.catalog.assets.get(asset.asset);
    const rejection = known && checkRemovals(known, asset, rows, context);
    return rejection ?? storeAsset(asset, rules, operator, rows, context);
  },
};

/** The limit is the first rule of the approval policy, which needs a proof of identity, too. */
const changesLimit = (asset: Asset, known: Asset) => asset.autoApprovalLimit !== known.autoApprovalLimit;

/** The approver of a proposed change has proved their identity. */
function isProvedOrApproved({ principal, proposal }: Operator): boolean {
  return proposal !== undefined || principal === undefined || isProved(principal);
}

/** Checks and writes an asset, and the networks that do not exist yet. */
export function storeAsset(
  asset: Asset,
  rules: readonly (AddressRulesChange & { readonly network: string })[],
  operator: Operator,
  rows: Rows,
  context: DecisionContext,
) {
  const problem = problemOfAsset(asset);
  if (problem !== undefined) return invalidAsset(asset.asset, problem);
  const known = context.catalog.assets.get(asset.asset);
  if (known !== undefined && known.scale !== asset.scale) {
    return reject('asset-scale-fixed', { asset: asset.asset, scale: known.scale });
  }
  if (known !== undefined && changesLimit(asset, known) && !isProvedOrApproved(operator))
    return reject('proof-missing');
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
): readonly Network[] | Rejection<'asset-invalid' | 'network-rule-fixed' | 'group-rules-differ'> {
  const networks: Network[] = [];
  for (const code of namesOf(asset.networks)) {
    const given = rules.find((each) => each.network === code) ?? { network: code };
    const known = catalog.networks.get(code);
    if (known !== undefined) {
      const field = findOtherRule(known, given);
      if (field !== undefined)
        return reject('network-rule-fixed', { network: code, rule: field, value: known[field] ?? null });
      continue;
    }
    const network = createNetwork(code, pickRules(given));
    if ('problem' in network) return invalidAsset(asset.asset, { ...network, ofNetwork: code });
    const rejection = checkGroup(network, { catalog });
    if (rejection !== undefined) return rejection;
    networks.push(network);
  }
  return networks;
}

function findOtherRule(known: Network, given: AddressRulesChange) {
  return (['addressFormat', ...addressParameters] as const).find(
    (name) =>
      given[name] !== undefined &&
      JSON.stringify(given[name] ?? null) !== JSON.stringify(known[name] ?? null),
  );
}

export function invalidAsset(asset: string, problem: DefinitionProblem) {
  return reject('asset-invalid', { asset, problem });
}

export function checkRemovals(
  known: Asset,
  asset: Asset,
  rows: Rows,
  { catalog }: DecisionContext,
): Rejection<'asset-network-in-use'> | undefined {
  const kept = namesOf(asset.networks);
  for (const code of namesOf(known.networks).filter((each) => !kept.includes(each))) {
    const network = catalog.networks.get(code);
    const use = network && useOfNetwork(network, rows, known.asset);
    if (use !== undefined) return reject('asset-network-in-use', { asset: known.asset, network: code, use });
  }
  return undefined;
}

/**
 * Lookups for the networks that the change removes. Each network is locked until the commit, so that no address is
 * issued on it meanwhile.
 */
export function removalLookups(
  code: string,
  kept: readonly string[],
  { catalog }: DecisionContext,
): readonly AnyLookup[] {
  const removed = namesOf(catalog.assets.get(code)?.networks ?? []).filter((name) => !kept.includes(name));
  return removed.flatMap((name): readonly AnyLookup[] => {
    const network = catalog.networks.get(name);
    return network === undefined ? [] : [networkNamed(name), ...networkUseLookups(network, code)];
  });
}

export function viewOf(asset: Asset, { catalog }: DecisionContext, added: readonly Network[] = []) {
  return viewAsset(asset, (code) => {
    const network = catalog.networks.get(code) ?? added.find((each) => each.network === code);
    if (network === undefined) throw new Error(`${asset.asset} names ${code}, which is not defined`);
    return pickAddressRules(network);
  });
}

function pickRules(given: AddressRulesChange & { readonly network: string }) {
  const names = ['network', 'addressFormat', ...addressParameters] as const;
  const set = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  // cast: it has the same fields, without those that are undefined.
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

export function namesOf(networks: readonly { readonly network: string }[]): readonly string[] {
  return networks.map(({ network }) => network);
}
