/**
 * Defines or changes a network. Address rules cannot change while the network is in use, so that every issued address
 * remains valid. A change that equals the current state writes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { omittedField } from '../../domain/catalog/asset-change.ts';
import { findSharedExplorer } from '../../domain/catalog/explorer.ts';
import {
  changeNetwork as applyChange,
  type ConnectedNetwork,
  type ConnectorKind,
  createNetwork,
  defaultConnector,
  findRulesConflict,
  haveSameRules,
  type Network,
  type NetworkChange,
} from '../../domain/catalog/network.ts';
import { networkNamed } from '../../store/lookups.ts';
import type { Command, Decision, DecisionContext, Prefetch, Rows } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { networkUseLookups, useOfNetwork } from './network-use.ts';

export type NetworkChanging = {
  readonly operator: Operator;
  readonly network: string;
  readonly change: NetworkChange;
};

type RuleError =
  | 'network-invalid'
  | 'network-in-use'
  | 'group-rules-differ'
  | 'group-connectors-differ'
  | 'explorer-shared';

const prefetch: Prefetch<Pick<NetworkChanging, 'network'>> = [
  ({ network }) => [networkNamed(network)],
  ({ network }, rows) => {
    const known = rows.one(networkNamed(network))?.definition;
    return known === undefined ? [] : networkUseLookups(known);
  },
];

/**
 * Defines a network, which may be new. The change contains every field that is set, except fields that a new network
 * would have anyway, so that it can be repeated. The reply is the network as committed.
 */
export const putNetwork: Command<NetworkChanging, ConnectedNetwork, RuleError | 'definition-incomplete'> = {
  name: 'network-put',
  changesLatest: true,
  prefetch,
  decide({ operator, network: code, change }, rows, context) {
    const row = rows.one(networkNamed(code));
    const known = row?.definition;
    const put = { operator, connector: change.connector };
    if (known === undefined) return storeNetwork(code, createNetwork(code, change), put, rows, context);
    const set = fieldsBesideDefaults(known, createNetwork(code, change));
    // The default connector may be left out, because earlier clients know of no other one.
    const isImplied = row?.connector === defaultConnector;
    const field = omittedField(isImplied ? set : { ...set, connector: row?.connector }, change);
    return field === undefined
      ? storeNetwork(code, applyChange(known, change), put, rows, context)
      : reject('definition-incomplete', { kind: 'network', code, field });
  },
};

/** @param anew the network as the change would define it if it were new. */
function fieldsBesideDefaults(known: Network, anew: Network | DefinitionProblem): object {
  const defaults = new Map('problem' in anew ? [] : Object.entries(anew));
  const isBeside = ([name, value]: [string, unknown]) =>
    name !== 'network' && !isDeepStrictEqual(value, defaults.get(name));
  return Object.fromEntries(Object.entries(known).filter(isBeside));
}

/** Changes the fields of a network that are named. The reply is the network as committed. */
export const changeNetwork: Command<
  NetworkChanging,
  ConnectedNetwork,
  RuleError | 'network-unknown' | 'change-empty'
> = {
  name: 'network-change',
  changesLatest: true,
  prefetch,
  decide({ operator, network: code, change }, rows, context) {
    const known = rows.one(networkNamed(code))?.definition;
    if (known === undefined) return reject('network-unknown', { network: code });
    const isEmpty = Object.values(change).every((value) => value === undefined);
    if (isEmpty) return reject('change-empty');
    const put = { operator, connector: change.connector };
    return storeNetwork(code, applyChange(known, change), put, rows, context);
  },
};

function storeNetwork(
  code: string,
  network: Network | DefinitionProblem,
  {
    operator,
    connector: given,
  }: { readonly operator: Operator; readonly connector: ConnectorKind | undefined },
  rows: Rows,
  context: DecisionContext,
): Decision<ConnectedNetwork, RuleError> {
  if ('problem' in network) return reject('network-invalid', { network: code, problem: network });
  const row = rows.one(networkNamed(code));
  const known = row?.definition;
  const connector = given ?? row?.connector ?? defaultConnector;
  const isConnectedAnew = row !== undefined && row.connector !== connector;
  const rejection =
    checkChange(known, network, isConnectedAnew, rows) ??
    checkGroup(network, context) ??
    checkConnector(network, connector, context) ??
    checkExplorer(network, context);
  if (rejection !== undefined) return rejection;
  const reply = { ...network, connector };
  if (!isConnectedAnew && isDeepStrictEqual(network, known)) return { reply, writes: [] };
  const work = new UnitOfWork(rows, context);
  work.write({ put: 'networks', row: { network: code, connector, definition: network } });
  const changed = isConnectedAnew ? { connector } : {};
  work.audit(operator, 'network-put', code, { from: known ?? null, to: network, ...changed });
  return work.reply(reply);
}

export function checkGroup(
  network: Network,
  { catalog }: Pick<DecisionContext, 'catalog'>,
): Rejection<'group-rules-differ'> | undefined {
  const other = findRulesConflict(network, catalog.networks);
  return (
    other && reject('group-rules-differ', { network: other.network, addressGroup: network.addressGroup })
  );
}

/** An address is the same on all networks of its group, so somebody holds its key on all of them, or on none. */
function checkConnector(
  { network, addressGroup }: Network,
  connector: ConnectorKind,
  { catalog }: DecisionContext,
): Rejection<'group-connectors-differ'> | undefined {
  const other = [...catalog.networks.values()].find(
    (each) =>
      each.network !== network &&
      each.addressGroup === addressGroup &&
      catalog.connectors.get(each.network) !== connector,
  );
  return other && reject('group-connectors-differ', { network: other.network, addressGroup });
}

function checkExplorer(
  network: Network,
  { catalog }: DecisionContext,
): Rejection<'explorer-shared'> | undefined {
  const shared = findSharedExplorer(network, catalog.networks);
  return shared && reject('explorer-shared', shared);
}

function checkChange(
  known: Network | undefined,
  network: Network,
  isConnectedAnew: boolean,
  rows: Rows,
): Rejection<'network-in-use'> | undefined {
  if (known === undefined) return undefined;
  if (!isConnectedAnew && haveSameRules(known, network) && known.addressGroup === network.addressGroup)
    return undefined;
  const use = useOfNetwork(known, rows);
  return use && reject('network-in-use', { network: network.network, use });
}
