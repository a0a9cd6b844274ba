/** Simulated networks, which a production server has only if it was started with them. */
import type { ConnectorKind } from '../../contract/connector-kinds.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { defaultConnector } from '../../domain/catalog/network.ts';
import type { OperatorParts } from '../handler.ts';

type Parts = Pick<OperatorParts, 'allowsSimulation' | 'catalog'>;

/**
 * @param given undefined: the connector stays as it is.
 * @returns undefined unless the network would become simulated.
 */
export function refuseSimulation(
  network: string,
  given: ConnectorKind | undefined,
  { allowsSimulation, catalog }: Parts,
): Rejection<'simulation-refused'> | undefined {
  const connector = given ?? catalog().connectors.get(network) ?? defaultConnector;
  return allowsSimulation || connector !== 'simulated'
    ? undefined
    : reject('simulation-refused', { network });
}

/** Assets define the networks that they name and that do not exist yet. */
export function refuseSimulationOf(
  networks: readonly { readonly network: string }[] | undefined,
  parts: Parts,
): Rejection<'simulation-refused'> | undefined {
  const first = networks?.find(({ network }) => refuseSimulation(network, undefined, parts) !== undefined);
  return first && reject('simulation-refused', { network: first.network });
}
