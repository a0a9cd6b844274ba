/**
 * Replaces an encrypted secret by the same secret encrypted under another master key. A secret that has changed since
 * it was read stays unchanged.
 */
import { apiKeyNamed, idempotencyKeyOf, settingNamed } from '../../store/lookups.ts';
import type { AnyLookup, Command, Rows, Write } from '../../store/port.ts';
import { masterKeyProofSetting } from './master-key-proof-record.ts';

/** The location of an encrypted value; `proof` is the proof of the master key itself. */
export type SecretPlace =
  | { readonly kind: 'api-key'; readonly apiKey: string }
  | { readonly kind: 'stored-reply'; readonly operation: string; readonly idempotencyKey: string }
  | { readonly kind: 'master-key-proof' };

export type Reencryption = { readonly place: SecretPlace; readonly before: string; readonly after: string };

export const replaceSecret: Command<Reencryption, { readonly changed: boolean }> = {
  name: 'secret-replace',
  changesLatest: true,
  prefetch: [({ place }) => [lookupOf(place)]],
  decide({ place, before, after }, rows) {
    const stored = findSecret(place, rows);
    if (stored?.secret !== before) return { reply: { changed: false }, writes: [] };
    return { reply: { changed: true }, writes: [stored.replacedBy(after)] };
  },
};

function lookupOf(place: SecretPlace): AnyLookup {
  if (place.kind === 'api-key') return apiKeyNamed(place.apiKey);
  if (place.kind === 'stored-reply') return idempotencyKeyOf(place.operation, place.idempotencyKey);
  return settingNamed(masterKeyProofSetting);
}

type StoredSecret = { readonly secret: unknown; readonly replacedBy: (secret: string) => Write };

function findSecret(place: SecretPlace, rows: Rows): StoredSecret | undefined {
  if (place.kind === 'api-key') {
    const { apiKey } = place;
    const secret = rows.one(apiKeyNamed(apiKey))?.encryptedSecret;
    return {
      secret,
      replacedBy: (encryptedSecret) => ({ update: 'api_keys', key: { apiKey }, set: { encryptedSecret } }),
    };
  }
  if (place.kind === 'stored-reply') {
    const row = rows.one(idempotencyKeyOf(place.operation, place.idempotencyKey));
    if (row === undefined) return undefined;
    // cast: the place names a reply with a secret.
    const reply = row.reply as { readonly encryptedSecret?: string };
    return {
      secret: reply.encryptedSecret,
      replacedBy: (encryptedSecret) => ({
        put: 'idempotency_keys',
        row: { ...row, reply: { ...reply, encryptedSecret } },
      }),
    };
  }
  const proof = rows.one(settingNamed(masterKeyProofSetting));
  if (proof === undefined) return undefined;
  return {
    secret: proof.value,
    replacedBy: (value) => ({ put: 'settings', row: { ...proof, value } }),
  };
}
