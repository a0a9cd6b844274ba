/**
 * Networks: the rules of their addresses and tags, and which of them share addresses.
 *
 * Invariant: all networks of an address group have the same rules, so that an address issued on one of them is the same
 * address on all.
 */
import {
  type AddressFormat,
  type AddressRules,
  defaultTagRule,
  faultOfAddressRules,
  faultOfTagRule,
  type TagRule,
} from '../address/address.ts';
import { addressFormatOfNetwork } from '../address/format-of-network.ts';
import { faultOfCode } from './code.ts';

export type Network = AddressRules & {
  readonly network: string;
  /** null: the network has no tags. */
  readonly tag: TagRule | null;
  /** An address belongs to an account on all networks of the group. */
  readonly addressGroup: string;
};

/** The kinds of connectors between networks and their chains. */
export type ConnectorKind = 'simulated';
/** The connector of a new network. */
export const defaultConnector: ConnectorKind = 'simulated';

export const ruleParameters = ['addressHrp', 'addressVersions', 'addressPrefix', 'addressPattern'] as const;

/** An operator's change of address rules; null removes a parameter. */
export type AddressRulesChange = {
  readonly [K in keyof AddressRules]?: AddressRules[K] | null | undefined;
};
export type NetworkChange = AddressRulesChange & {
  readonly tag?: TagRule | null | undefined;
  readonly addressGroup?: string | undefined;
};

/** Omits parameters that are not set. */
export function pickAddressRules(from: AddressRulesChange & { addressFormat: AddressFormat }): AddressRules {
  const set = ruleParameters.filter((name) => from[name] != null).map((name) => [name, from[name]]);
  return { addressFormat: from.addressFormat, ...Object.fromEntries(set) };
}

/** @returns the new network, or why it is invalid. The format may be omitted only for well-known network names. */
export function createNetwork(network: string, change: NetworkChange): Network | string {
  const addressFormat = change.addressFormat ?? addressFormatOfNetwork(network);
  if (addressFormat === undefined) {
    const fault = faultOfCode('network', network);
    return fault ?? 'addressFormat is required, because the name of the network does not imply it';
  }
  const rules = pickAddressRules({ ...change, addressFormat });
  return checked(network, rules, change.tag, change.addressGroup ?? network);
}

/**
 * @returns the changed network, or why it is invalid. A new format brings its own tag rule and drops all parameters.
 */
export function changeNetwork(known: Network, change: NetworkChange): Network | string {
  const addressFormat = change.addressFormat ?? known.addressFormat;
  const isSame = addressFormat === known.addressFormat;
  const rules = pickAddressRules({ ...(isSame && known), ...definedOf(change), addressFormat });
  const tag = change.tag === undefined && isSame ? known.tag : change.tag;
  return checked(known.network, rules, tag, change.addressGroup ?? known.addressGroup);
}

function definedOf(change: NetworkChange): NetworkChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function checked(
  network: string,
  rules: AddressRules,
  givenTag: TagRule | null | undefined,
  addressGroup: string,
): Network | string {
  const fault =
    faultOfCode('network', network) ??
    (faultOfCode('network', addressGroup) && 'addressGroup must be the code of a network') ??
    faultOfAddressRules(rules);
  if (fault !== undefined) return fault;
  const { tag = defaultTagRule(rules.addressFormat) } = { tag: givenTag };
  return (tag && faultOfTag(tag)) ?? { network, ...rules, tag, addressGroup };
}

/** Sorted. */
const tagFields: Readonly<Record<TagRule['kind'], readonly string[]>> = {
  number: ['kind', 'maximum'],
  text: ['kind', 'maxBytes'],
  'payment-id': ['kind'],
};

/** A tag rule may have only the parameters of its kind, so that it reads back as it was sent. */
function faultOfTag(tag: TagRule): string | undefined {
  const fields = tagFields[tag.kind];
  const inWords = fields.map((name) => `"${name}"`).join(' and ');
  const fault =
    Object.keys(tag).sort().join() === fields.join()
      ? faultOfTagRule(tag)
      : `a rule of kind ${tag.kind} must have ${inWords} and no other field`;
  return fault && `tag: ${fault}`;
}

/** Equal for networks that have the same address and tag rules. */
function rulesText(network: Network): string {
  const { tag } = network;
  const bound =
    tag === null || tag.kind === 'payment-id' ? 0 : tag.kind === 'number' ? tag.maximum : tag.maxBytes;
  return JSON.stringify([
    network.addressFormat,
    ruleParameters.map((name) => network[name] ?? null),
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
