/** The simulated chains of the server. */
import type { ApiClient } from './api-client.ts';
import type { Chain, ChainState, ControlledTransaction, TransactionTarget } from './chain-types.ts';

type Height = { readonly network: string; readonly height: number };

export function describeChain(api: ApiClient): Chain {
  const pathOf = (network: string) => `/lab/chains/${encodeURIComponent(network)}`;
  const change = async (network: string, body: object) => {
    await api.operator('PATCH', pathOf(network), body);
  };
  const control =
    (action: 'hold' | 'release' | 'drop' | 'fail' | 'replace') =>
    (network: string, target: TransactionTarget) =>
      api.operator<ControlledTransaction>('POST', `${pathOf(network)}/transactions`, {
        do: action,
        ...target,
      });
  return {
    mine: async (network, count = 1) =>
      (await api.operator<Height>('POST', `${pathOf(network)}/blocks`, { count })).height,
    reorganise: async (network, count, { dropDeposits = false, reinclude = true } = {}) => {
      if (!reinclude) {
        const path = `${pathOf(network)}/reorganisations`;
        return (await api.operator<Height>('POST', path, { depth: count, reinclude })).height;
      }
      const body = { network, count, dropDeposits };
      return (await api.operator<Height>('POST', '/chain/reorganisations', body)).height;
    },
    state: (network) => api.operator<ChainState>('GET', pathOf(network)),
    setAuto: (network, auto) => change(network, { auto }),
    setNode: (network, node) => change(network, { node }),
    hold: control('hold'),
    release: control('release'),
    drop: control('drop'),
    fail: control('fail'),
    replace: control('replace'),
    heights: async () => {
      const { networks } = await api.operator<{ networks: readonly Height[] }>('GET', '/chain');
      return Object.fromEntries(networks.map(({ network, height }) => [network, height]));
    },
  };
}
