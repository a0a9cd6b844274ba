/** The keys of a new world. */
import { withOtherKeys } from '../saved-faults.ts';
import type { SavedWorld } from './saved-world.ts';
import type { KeyHolder } from './world-keys.ts';

export type NewKey = { readonly holder: KeyHolder; readonly apiKey: string; readonly secretKey: string };

/** The accounts have the new keys too, and faults that were for their old ones are for the new ones. */
export function withKeys<P extends { readonly origin: SavedWorld }>(
  { origin, ...options }: P,
  issued: readonly NewKey[],
) {
  const renamed = new Map(issued.flatMap(({ holder, apiKey }) => holder.apiKeys.map((old) => [old, apiKey])));
  const faults = origin.faults && withOtherKeys(origin.faults, (apiKey) => renamed.get(apiKey));
  return {
    ...options,
    origin: { ...origin, faults },
    holders: issued.map(({ holder, apiKey }) => ({ ...holder, apiKeys: [...holder.apiKeys, apiKey] })),
  };
}
