/**
 * Records a text that the first process on this store encrypted under the master key, so that every later start can
 * check whether it has the same key.
 */
import { settingNamed } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';

/** The name of the row in `settings`, which is not a setting of the exchange. */
export const masterKeyProofSetting = 'masterKeyProof';

type Proof = { readonly encrypted: string };

/** The reply is the first recorded proof. */
export const recordMasterKeyProof: Command<Proof, Proof> = {
  name: 'master-key-proof-record',
  prefetch: [() => [settingNamed(masterKeyProofSetting)]],
  decide({ encrypted }, rows) {
    const recorded = rows.one(settingNamed(masterKeyProofSetting));
    if (recorded !== undefined) return { reply: { encrypted: String(recorded.value) }, writes: [] };
    const row = { name: masterKeyProofSetting, value: encrypted };
    return { reply: { encrypted }, writes: [{ insert: 'settings', row }] };
  },
};
