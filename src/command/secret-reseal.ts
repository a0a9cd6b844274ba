/**
 * Replaces a sealed secret by the same one sealed under another master key: of an API key, or the proof of the master
 * key itself. What has changed since it was read is left alone.
 */
import { apiKeyNamed, settingNamed } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { masterKeyProofSetting } from './master-key-proof-record.ts';

export type Resealing = {
  /** Null: the proof of the master key. */
  readonly apiKey: string | null;
  readonly before: string;
  readonly after: string;
};

export const resealSecret: Command<Resealing, { readonly changed: boolean }> = {
  name: 'secret-reseal',
  prefetch: [({ apiKey }) => [apiKey === null ? settingNamed(masterKeyProofSetting) : apiKeyNamed(apiKey)]],
  decide({ apiKey, before, after }, rows) {
    if (apiKey === null) {
      const proof = rows.one(settingNamed(masterKeyProofSetting));
      if (proof?.value !== before) return { reply: { changed: false }, writes: [] };
      return { reply: { changed: true }, writes: [{ put: 'settings', row: { ...proof, value: after } }] };
    }
    if (rows.one(apiKeyNamed(apiKey))?.sealed_secret !== before)
      return { reply: { changed: false }, writes: [] };
    const update = { update: 'api_keys', key: { api_key: apiKey }, set: { sealed_secret: after } } as const;
    return { reply: { changed: true }, writes: [update] };
  },
};
