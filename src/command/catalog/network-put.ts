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

type RuleError = 'network-invalid' | 'network-in-use' | 'group-rules-differ' | 'explorer-shared';

const prefetch: Prefetch<Pick<NetworkChanging, 'network'>> = [
  ({ network }) => [networkNamed(network)],
  ({ network }, rows) => {
    const known = rows.one(networkNamed(network))?.definition;
    return known === undefined ? [] : networkUseLookups(known);
  },
];

/** Defines a network, which may be new. The change contains every field that is set. The reply is as committed. */
export const putNetwork: Command<NetworkChanging, Network, RuleError | 'definition-incomplete'> = {
  name: 'network-put',
  changesLatest: true,
  prefetch,
  decide({ operator, network: code, change }, rows, context) {
    const known = rows.one(networkNamed(code))?.definition;
    if (known === undefined) return storeNetwork(code, createNetwork(code, change), operator, rows, context);
    const { network: _, ...set } = known;
    const field = omittedField(set, change);
    return field === undefined
      ? storeNetwork(code, applyChange(known, change), operator, rows, context)
      : reject('definition-incomplete', { kind: 'network', code, field });
  },
};

/** Changes the fields of a network that are named. The reply is the network as committed. */
export const changeNetwork: Command<
  NetworkChanging,
  Network,
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
    return storeNetwork(code, applyChange(known, change), operator, rows, context);
  },
};

function storeNetwork(
  code: string,
  network: Network | DefinitionProblem,
  operator: Operator,
  rows: Rows,
  context: DecisionContext,
): Decision<Network, RuleError> {
  if ('problem' in network) return reject('network-invalid', { network: code, problem: network });
  const row = rows.one(networkNamed(code));
  const known = row?.definition;
  const rejection =
    checkChange(known, network, rows) ?? checkGroup(network, context) ?? checkExplorer(network, context);
  if (rejection !== undefined) return rejection;
  if (isDeepStrictEqual(network, known)) return { reply: network, writes: [] };
  const work = new UnitOfWork(rows, context);
  const connector = row?.connector ?? defaultConnector;
  work.write({ put: 'networks', row: { network: code, connector, definition: network } });
  work.audit(operator, 'network-put', code, { from: known ?? null, to: network });
  return work.reply(network);
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
  rows: Rows,
): Rejection<'network-in-use'> | undefined {
  if (known === undefined) return undefined;
  if (haveSameRules(known, network) && known.addressGroup === network.addressGroup) return undefined;
  const use = useOfNetwork(known, rows);
  return use && reject('network-in-use', { network: network.network, use });
}
