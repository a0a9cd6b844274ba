import { unwrap } from '../../command/outcome.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import type { NetworkView } from '../../contract/operator/networks.ts';
import * as operations from '../../contract/operator/networks.ts';
import { type Network, pickAddressRules } from '../../domain/catalog/network.ts';
import { implement } from '../handler.ts';
import { otherThanPath } from './subject.ts';

export const putNetwork = implement(
  operations.putNetwork,
  async ({ path, body: { network = path.network, reason: _, ...change } }, operator, { commands }) => {
    if (network !== path.network) return otherThanPath('network', network, path.network);
    const outcome = unwrap(await commands.submit('putNetwork', { operator, network, change }));
    return isRejection(outcome) ? outcome : view(outcome.done);
  },
);

export const patchNetwork = implement(
  operations.patchNetwork,
  async ({ path, body: { network = path.network, reason: _, ...change } }, operator, { commands }) => {
    if (network !== path.network) return otherThanPath('network', network, path.network);
    const outcome = unwrap(await commands.submit('changeNetwork', { operator, network, change }));
    return isRejection(outcome) ? outcome : view(outcome.done);
  },
);

export const listNetworks = implement(operations.listNetworks, (_input, _operator, parts) => ({
  networks: [...parts.catalog().networks.values()].map(view),
}));

export const getNetwork = implement(operations.getNetwork, ({ path }, _operator, parts) => {
  const network = parts.catalog().networks.get(path.network);
  return network ? view(network) : reject('network-unknown', { network: path.network });
});

function view(network: Network): NetworkView {
  const { addressVersions, ...rules } = pickAddressRules(network);
  return {
    network: network.network,
    ...(network.name !== undefined && { name: network.name }),
    ...(network.explorerUrl !== undefined && { explorerUrl: network.explorerUrl }),
    ...rules,
    ...(addressVersions !== undefined && { addressVersions: [...addressVersions] }),
    tag: network.tag,
    addressGroup: network.addressGroup,
  } as NetworkView;
}
