import { type FaultId, unwrap } from '../../command/outcome.ts';
import { masterKeyProofSetting } from '../../command/settings/master-key-proof-record.ts';
import type { Reencryption, SecretPlace } from '../../command/settings/secret-replace.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { createApiKey } from '../../contract/operator/api-keys.ts';
import * as operations from '../../contract/operator/system.ts';
import { implement, type OperatorParts } from '../handler.ts';

type StoredSecret = Pick<Reencryption, 'place' | 'before'>;

/** The only operation whose stored replies contain a secret. */
const secretOperation = createApiKey.id;
/** Number of secrets that are submitted together, so that they share a commit. */
const pageSize = 256;

export const resealSecrets = implement(operations.resealSecrets, async (_input, operator, parts) => {
  const counts = { resealed: 0, unreadable: 0 };
  const secrets = await readSecrets(parts);
  for (let start = 0; start < secrets.length; start += pageSize) {
    const page = secrets.slice(start, start + pageSize);
    const outcomes = await Promise.all(page.map((each) => reencrypt(each, parts)));
    for (const outcome of outcomes) if (isCounted(outcome)) counts[outcome] += 1;
    const rejection = outcomes.find((outcome) => isRejection(outcome));
    if (rejection !== undefined) return afterPartialWork(rejection, counts);
  }
  const recorded = unwrap(
    await parts.commands.submit('recordAudit', {
      operator,
      action: 'secrets-reseal',
      subject: 'secrets',
      details: counts,
    }),
  );
  return isRejection(recorded) ? afterPartialWork(recorded, counts) : counts;
});

type Result = 'present' | 'resealed' | 'unreadable' | Rejection<FaultId>;

function isCounted(outcome: Result): outcome is 'resealed' | 'unreadable' {
  return outcome === 'resealed' || outcome === 'unreadable';
}

/** After a secret has been replaced, the reply must not claim that nothing was done. */
function afterPartialWork(
  rejection: Rejection<FaultId>,
  { resealed }: { readonly resealed: number },
): Rejection<FaultId> {
  return resealed > 0 && rejection.rejected === 'not-done' ? reject('outcome-unknown') : rejection;
}

/** The proof of the master key comes last: once it is encrypted under the new key, everything else is too. */
async function readSecrets({ reads }: OperatorParts): Promise<readonly StoredSecret[]> {
  const keys = await reads.rows('api_keys', {});
  const replies = await reads.rows('idempotency_keys', { operation: secretOperation });
  const proof = await reads.row('settings', { name: masterKeyProofSetting });
  return [
    ...keys.flatMap(({ apiKey, encryptedSecret }) => secretIn({ kind: 'api-key', apiKey }, encryptedSecret)),
    ...replies.flatMap(({ operation, idempotencyKey, reply }) => {
      // cast: only replies with a secret are read.
      const { encryptedSecret } = reply as { readonly encryptedSecret: string | null };
      return secretIn({ kind: 'stored-reply', operation, idempotencyKey }, encryptedSecret);
    }),
    ...(proof ? secretIn({ kind: 'master-key-proof' }, String(proof.value)) : []),
  ];
}

/** Empty if there is no secret: a public key is not encrypted. */
function secretIn(place: SecretPlace, before: string | null): readonly StoredSecret[] {
  return before === null ? [] : [{ place, before }];
}

async function reencrypt(
  { place, before }: StoredSecret,
  { reencrypted, commands }: OperatorParts,
): Promise<Result> {
  const after = reencrypted(before);
  if (after === 'present' || after === 'unreadable') return after;
  const outcome = unwrap(await commands.submit('replaceSecret', { place, before, after: after.encrypted }));
  if (isRejection(outcome)) return outcome;
  return outcome.done.changed ? 'resealed' : 'present';
}
