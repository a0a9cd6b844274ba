/**
 * Networks: the rules of their addresses and tags, and which of them share addresses.
 *
 * Invariant: all networks of an address group have the same rules, so that an address issued on one of them is the same
 * address on all.
 */
import { addressParameters } from '../../contract/address-format.ts';
import type { ConnectorKind } from '../../contract/connector-kinds.ts';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import {
  type AddressFormat,
  type AddressRules,
  defaultTagRule,
  problemOfAddressRules,
  problemOfTagRule,
  type TagRule,
} from '../address/address.ts';
import { addressFormatOfNetwork } from '../address/format-of-network.ts';
import { isCode } from './code.ts';

/** The labels of a network, for people. */
export type NetworkLabels = {
  /** The code if undefined. */
  readonly name?: string | undefined;
  /** The beginning of the URLs of the explorer's pages about addresses; no two networks share its domain. */
  readonly explorerUrl?: string | undefined;
};

export type Network = AddressRules &
  NetworkLabels & {
    readonly network: string;
    /** null: the network has no tags. */
    readonly tag: TagRule | null;
    /** An address belongs to an account on all networks of the group. */
    readonly addressGroup: string;
  };

export type { ConnectorKind };
/** A network with the connector to its chain. */
export type ConnectedNetwork = Network & { readonly connector: ConnectorKind };
/** The connector of a new network. */
export const defaultConnector: ConnectorKind = 'simulated';

/** An operator's change of address rules; null removes a parameter. */
export type AddressRulesChange = {
  readonly [K in keyof AddressRules]?: AddressRules[K] | null | undefined;
};
export type NetworkChange = AddressRulesChange & {
  /** `simulated` if absent on a new network. */
  readonly connector?: ConnectorKind | undefined;
  /** null: the code. */
  readonly name?: string | null | undefined;
  /** null: a made-up one. */
  readonly explorerUrl?: string | null | undefined;
  readonly tag?: TagRule | null | undefined;
  readonly addressGroup?: string | undefined;
};

/** Omits parameters that are not set. */
export function pickAddressRules(from: AddressRulesChange & { addressFormat: AddressFormat }): AddressRules {
  const set = addressParameters.filter((name) => from[name] != null).map((name) => [name, from[name]]);
  return { addressFormat: from.addressFormat, ...Object.fromEntries(set) };
}

/** @returns the new network, or its problem. The format may be omitted only for well-known network names. */
export function createNetwork(network: string, change: NetworkChange): Network | DefinitionProblem {
  const addressFormat = change.addressFormat ?? addressFormatOfNetwork(network);
  if (addressFormat === undefined) {
    return isCode('network', network) ? { problem: 'format-missing' } : malformedCode;
  }
  const rules = pickAddressRules({ ...change, addressFormat });
  const labels = changeLabels({}, change);
  return checked(network, rules, change.tag, change.addressGroup ?? network, labels);
}

/**
 * @returns the changed network, or its problem. A new format brings its own tag rule and drops all parameters.
 */
export function changeNetwork(known: Network, change: NetworkChange): Network | DefinitionProblem {
  const addressFormat = change.addressFormat ?? known.addressFormat;
  const isSame = addressFormat === known.addressFormat;
  const rules = pickAddressRules({ ...(isSame && known), ...definedOf(change), addressFormat });
  const tag = change.tag === undefined && isSame ? known.tag : change.tag;
  const labels = changeLabels(known, change);
  return checked(known.network, rules, tag, change.addressGroup ?? known.addressGroup, labels);
}

/** Omits labels that are not set. */
function changeLabels(known: NetworkLabels, change: NetworkChange): NetworkLabels {
  const { name = known.name, explorerUrl = known.explorerUrl } = change;
  return { ...(name != null && { name }), ...(explorerUrl != null && { explorerUrl }) };
}

function definedOf(change: NetworkChange): NetworkChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

const malformedCode: DefinitionProblem = { problem: 'code-malformed', kind: 'network' };

function checked(
  network: string,
  rules: AddressRules,
  givenTag: TagRule | null | undefined,
  addressGroup: string,
  labels: NetworkLabels,
): Network | DefinitionProblem {
  if (!isCode('network', network)) return malformedCode;
  if (!isCode('network', addressGroup)) return { problem: 'group-malformed' };
  const problem = problemOfAddressRules(rules);
  if (problem !== undefined) return problem;
  if (!isExplorerUrl(labels.explorerUrl)) return { problem: 'explorer-malformed' };
  const { tag = defaultTagRule(rules.addressFormat) } = { tag: givenTag };
  return (tag && problemOfTag(tag)) ?? { network, ...rules, tag, addressGroup, ...labels };
}

/** An address that is appended must not become a part of the host. */
const goesOnAfterHost = (url: string) => /^https?:\/\/[^/?#]+[/?#]/.test(url);

function isExplorerUrl(url: string | undefined): boolean {
  return url === undefined || (/^https?:\/\/[!-~]+$/.test(url) && URL.canParse(url) && goesOnAfterHost(url));
}

/** Sorted. */
const tagFields: Readonly<Record<TagRule['kind'], readonly string[]>> = {
  number: ['kind', 'maximum'],
  text: ['kind', 'maxBytes'],
  'payment-id': ['kind'],
};

/** A tag rule may have only the parameters of its kind, so that it reads back as it was sent. */
function problemOfTag(tag: TagRule): DefinitionProblem | undefined {
  const { kind } = tag;
  const fields = tagFields[kind];
  const hasFields = Object.keys(tag).sort().join() === fields.join();
  return hasFields ? problemOfTagRule(tag) : { problem: 'tag-fields-wrong', kind, fields };
}

/** Equal for networks that have the same address and tag rules. */
function rulesText(network: Network): string {
  const { tag } = network;
  const bound =
    tag === null || tag.kind === 'payment-id' ? 0 : tag.kind === 'number' ? tag.maximum : tag.maxBytes;
  return JSON.stringify([
    network.addressFormat,
    addressParameters.map((name) => network[name] ?? null),
    tag?.kind ?? null,
    bound,
  ]);
}

export function haveSameRules(one: Network, other: Network): boolean {
  return rulesText(one) === rulesText(other);
}

/** @returns a network of the same group that has different rules, if any. */
export function findRulesConflict(
  network: Network,
  networks: ReadonlyMap<string, Network>,
): Network | undefined {
  return [...networks.values()].find(
    (other) =>
      other.network !== network.network &&
      other.addressGroup === network.addressGroup &&
      !haveSameRules(other, network),
  );
}
