/**
 * Replaces an encrypted secret by the same secret encrypted under another master key. A secret that has changed since
 * it was read stays unchanged.
 */
import { apiKeyNamed, idempotencyKeyOf, settingNamed } from '../../store/lookups.ts';
import type { Command, Lookup, Rows, Write } from '../../store/port.ts';
import { masterKeyProofSetting } from './master-key-proof-record.ts';

/** The location of an encrypted value; `proof` is the proof of the master key itself. */
export type SealedPlace =
  | { readonly kind: 'api-key'; readonly apiKey: string }
  | { readonly kind: 'stored-reply'; readonly operation: string; readonly idempotencyKey: string }
  | { readonly kind: 'master-key-proof' };

export type Resealing = { readonly place: SealedPlace; readonly before: string; readonly after: string };

export const resealSecret: Command<Resealing, { readonly changed: boolean }> = {
  name: 'secret-reseal',
  prefetch: [({ place }) => [lookupOf(place)]],
  decide({ place, before, after }, rows) {
    const sealed = findSealed(place, rows);
    if (sealed?.secret !== before) return { reply: { changed: false }, writes: [] };
    return { reply: { changed: true }, writes: [sealed.replacedBy(after)] };
  },
};

function lookupOf(place: SealedPlace): Lookup {
  if (place.kind === 'api-key') return apiKeyNamed(place.apiKey);
  if (place.kind === 'stored-reply') return idempotencyKeyOf(place.operation, place.idempotencyKey);
  return settingNamed(masterKeyProofSetting);
}

type Sealed = { readonly secret: unknown; readonly replacedBy: (secret: string) => Write };

function findSealed(place: SealedPlace, rows: Rows): Sealed | undefined {
  if (place.kind === 'api-key') {
    const { apiKey } = place;
    const secret = rows.one(apiKeyNamed(apiKey))?.sealedSecret;
    return {
      secret,
      replacedBy: (sealedSecret) => ({ update: 'api_keys', key: { apiKey }, set: { sealedSecret } }),
    };
  }
  if (place.kind === 'stored-reply') {
    const row = rows.one(idempotencyKeyOf(place.operation, place.idempotencyKey));
    if (row === undefined) return undefined;
    const reply = row.reply as { readonly sealedSecret?: string };
    return {
      secret: reply.sealedSecret,
      replacedBy: (sealedSecret) => ({
        put: 'idempotency_keys',
        row: { ...row, reply: { ...reply, sealedSecret } },
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
