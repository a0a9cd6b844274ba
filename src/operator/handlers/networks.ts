import { unwrap } from '../../command/outcome.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import type { NetworkView } from '../../contract/operator/networks.ts';
import * as operations from '../../contract/operator/networks.ts';
import type { OperatorRejection } from '../../contract/operator-errors.ts';
import type { OperatorInput } from '../../contract/operator-operation.ts';
import { type Network, pickAddressRules } from '../../domain/catalog/network.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { otherThanPath } from './subject.ts';

export const putNetwork = implement(operations.putNetwork, (input, operator, parts) =>
  change('put', input, operator, parts),
);

export const patchNetwork = implement(operations.patchNetwork, (input, operator, parts) =>
  change('patch', input, operator, parts),
);

export const listNetworks = implement(operations.listNetworks, (_input, _operator, parts) => ({
  networks: [...parts.catalog().networks.values()].map(view),
}));

export const getNetwork = implement(operations.getNetwork, ({ path }, _operator, parts) => {
  const network = parts.catalog().networks.get(path.network);
  return network ? view(network) : reject('network-unknown', { network: path.network });
});

async function change(
  mode: 'put' | 'patch',
  {
    path,
    body: { network = path.network, reason: _, ...fields },
  }: OperatorInput<typeof operations.putNetwork>,
  operator: Operator,
  { commands }: OperatorParts,
): Promise<NetworkView | OperatorRejection> {
  if (network !== path.network) return otherThanPath('network', network, path.network);
  const outcome = unwrap(await commands.submit('putNetwork', { operator, network, mode, change: fields }));
  return isRejection(outcome) ? outcome : view(outcome.done);
}

function view(network: Network): NetworkView {
  const { addressVersions, ...rules } = pickAddressRules(network);
  return {
    network: network.network,
    ...rules,
    ...(addressVersions !== undefined && { addressVersions: [...addressVersions] }),
    tag: network.tag,
    addressGroup: network.addressGroup,
  } as NetworkView;
}
