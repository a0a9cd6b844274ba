/** A network that has no deposit address left. */
import { operator } from '../support/world-plan.ts';
import type { ContractWorld } from './contract-world.ts';
import type { Provocation } from './shared-calls.ts';

/** @param text the query, in which the asset is missing. */
export const withoutAddresses = (text: string): Provocation => ({
  before: defineManual,
  call: () => ({ query: `${text}HAND` }),
  details: { network: 'HAND' },
});

async function defineManual({ exchange: { server } }: ContractWorld): Promise<void> {
  const { commands } = server;
  const change = { addressFormat: 'opaque', connector: 'manual' } as const;
  await commands.submit('putNetwork', { operator, network: 'HAND', change: { ...change, tag: null } });
  const asset = { networks: [{ network: 'HAND' }] };
  await commands.submit('defineAsset', { operator, asset: 'HAND', change: asset });
}
