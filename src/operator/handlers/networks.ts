import { unwrap } from '../../command/outcome.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import type { NetworkView } from '../../contract/operator/networks.ts';
import * as operations from '../../contract/operator/networks.ts';
import {
  type ConnectedNetwork,
  defaultConnector,
  type Network,
  pickAddressRules,
} from '../../domain/catalog/network.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { refuseSimulation } from './simulation.ts';
import { otherThanPath } from './subject.ts';

export const putNetwork = implement(
  operations.putNetwork,
  async ({ path, body: { network = path.network, reason: _, ...change } }, operator, parts) => {
    if (network !== path.network) return otherThanPath('network', network, path.network);
    const refused = refuseSimulation(network, change.connector, parts);
    if (refused !== undefined) return refused;
    const outcome = unwrap(await parts.commands.submit('putNetwork', { operator, network, change }));
    return isRejection(outcome) ? outcome : view(outcome.done);
  },
);

export const patchNetwork = implement(
  operations.patchNetwork,
  async ({ path, body: { network = path.network, reason: _, ...change } }, operator, parts) => {
    if (network !== path.network) return otherThanPath('network', network, path.network);
    const refused = refuseSimulation(network, change.connector, parts);
    if (refused !== undefined) return refused;
    const outcome = unwrap(await parts.commands.submit('changeNetwork', { operator, network, change }));
    return isRejection(outcome) ? outcome : view(outcome.done);
  },
);

export const listNetworks = implement(operations.listNetworks, (_input, _operator, parts) => ({
  networks: [...parts.catalog().networks.values()].map((network) => view(connected(network, parts))),
}));

export const getNetwork = implement(operations.getNetwork, ({ path }, _operator, parts) => {
  const network = parts.catalog().networks.get(path.network);
  return network ? view(connected(network, parts)) : reject('network-unknown', { network: path.network });
});

const connected = (network: Network, { catalog }: OperatorParts): ConnectedNetwork => ({
  ...network,
  connector: catalog().connectors.get(network.network) ?? defaultConnector,
});

function view(network: ConnectedNetwork): NetworkView {
  const { addressVersions, ...rules } = pickAddressRules(network);
  return {
    network: network.network,
    connector: network.connector,
    ...(network.name !== undefined && { name: network.name }),
    ...(network.explorerUrl !== undefined && { explorerUrl: network.explorerUrl }),
    ...rules,
    ...(addressVersions !== undefined && { addressVersions: [...addressVersions] }),
    tag: network.tag,
    addressGroup: network.addressGroup,
    // cast: the rules have exactly the parameters of the view.
  } as NetworkView;
}
