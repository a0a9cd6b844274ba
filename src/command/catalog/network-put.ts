/**
 * Defines or changes a network. Address rules cannot change while the network is in use, so that every issued address
 * remains valid. A change that equals the current state writes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Rejection, reject } from '../../contract/errors.ts';
import { omittedField } from '../../domain/catalog/asset-change.ts';
import {
  changeNetwork,
  createNetwork,
  defaultConnector,
  findRulesConflict,
  haveSameRules,
  type Network,
  type NetworkChange,
} from '../../domain/catalog/network.ts';
import { networkNamed } from '../../store/lookups.ts';
import type { Command, DecisionContext, Rows } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { networkUseLookups, useOfNetwork } from './network-use.ts';

export type NetworkDefinition = {
  readonly operator: Operator;
  readonly network: string;
  /** `put` contains every field that is set and may define a new network; `patch` contains only changes. */
  readonly mode: 'put' | 'patch';
  readonly change: NetworkChange;
};

type NetworkError =
  | 'network-unknown'
  | 'change-empty'
  | 'definition-incomplete'
  | 'network-invalid'
  | 'network-in-use'
  | 'group-rules-differ';

/** The reply is the network as committed. */
export const putNetwork: Command<NetworkDefinition, Network, NetworkError> = {
  name: 'network-put',
  changesLatest: true,
  prefetch: [
    ({ network }) => [networkNamed(network)],
    ({ network }, rows) => {
      const known = rows.one(networkNamed(network))?.definition;
      return known === undefined ? [] : networkUseLookups(known);
    },
  ],
  decide({ operator, network: code, mode, change }, rows, context) {
    const row = rows.one(networkNamed(code));
    const known = row?.definition;
    if (known === undefined && mode === 'patch') {
      return reject('network-unknown', { network: code });
    }
    const isEmpty = Object.values(change).every((value) => value === undefined);
    if (mode === 'patch' && isEmpty) return reject('change-empty');
    if (known !== undefined && mode === 'put') {
      const { network: _, ...set } = known;
      const field = omittedField(set, change);
      if (field !== undefined) return reject('definition-incomplete', { kind: 'network', code, field });
    }
    const network = known ? changeNetwork(known, change) : createNetwork(code, change);
    if ('problem' in network) return reject('network-invalid', { network: code, problem: network });
    const refusal = checkChange(known, network, rows) ?? checkGroup(network, context);
    if (refusal !== undefined) return refusal;
    if (isDeepStrictEqual(network, known)) return { reply: network, writes: [] };
    const work = new UnitOfWork(rows, context);
    const connector = row?.connector ?? defaultConnector;
    work.write({ put: 'networks', row: { network: code, connector, definition: network } });
    work.audit(operator, 'network-put', code, { from: known ?? null, to: network });
    return work.reply(network);
  },
};

export function checkGroup(
  network: Network,
  { catalog }: Pick<DecisionContext, 'catalog'>,
): Rejection<'group-rules-differ'> | undefined {
  const other = findRulesConflict(network, catalog.networks);
  return (
    other && reject('group-rules-differ', { network: other.network, addressGroup: network.addressGroup })
  );
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
