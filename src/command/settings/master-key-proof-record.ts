/**
 * Records a text that was sealed under the master key when the first process started over these books, so that every
 * later start can tell whether it was given the same key.
 */
import { settingNamed } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';

/** The name of the row in `settings`; it is no setting of the exchange. */
export const masterKeyProofSetting = 'masterKeyProof';

type Proof = { readonly sealed: string };

/** The reply is the proof that stands, the first that was recorded. */
export const recordMasterKeyProof: Command<Proof, Proof> = {
  name: 'master-key-proof-record',
  prefetch: [() => [settingNamed(masterKeyProofSetting)]],
  decide({ sealed }, rows) {
    const recorded = rows.one(settingNamed(masterKeyProofSetting));
    if (recorded !== undefined) return { reply: { sealed: String(recorded.value) }, writes: [] };
    const row = { name: masterKeyProofSetting, value: sealed };
    return { reply: { sealed }, writes: [{ insert: 'settings', row }] };
  },
};
