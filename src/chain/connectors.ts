/** Chooses the connector of a network by the network's row. */
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ConnectorKind } from '../domain/catalog/network.ts';
import type { ChainConnector, Chains } from './port.ts';

/** Makes the connector of a network, for each kind. */
type ConnectorMakers = Readonly<Record<ConnectorKind, (network: string) => ChainConnector>>;

export function createChains(catalog: () => Pick<Catalog, 'connectors'>, makers: ConnectorMakers): Chains {
  const made = new Map<string, ChainConnector>();
  return {
    of(network) {
      const kind = catalog().connectors.get(network);
      if (kind === undefined) throw new Error(`network ${network} is not defined`);
      const key = `${kind} ${network}`;
      const connector = made.get(key) ?? makers[kind](network);
      made.set(key, connector);
      return connector;
    },
  };
}
