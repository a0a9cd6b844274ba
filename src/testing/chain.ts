/** The simulated chains of the server. */
import type { ApiClient } from './api-client.ts';
import type { Chain } from './types.ts';

type Height = { readonly network: string; readonly height: number };

export function describeChain(api: ApiClient): Chain {
  return {
    mine: async (network, count = 1) =>
      (await api.operator<Height>('POST', '/chain/blocks', { network, count })).height,
    reorganise: async (network, count, { dropDeposits = false } = {}) => {
      const body = { network, count, dropDeposits };
      return (await api.operator<Height>('POST', '/chain/reorganisations', body)).height;
    },
    heights: async () => {
      const { networks } = await api.operator<{ networks: readonly Height[] }>('GET', '/chain');
      return Object.fromEntries(networks.map(({ network, height }) => [network, height]));
    },
  };
}
