import { masterKeyProofSetting } from '../../command/master-key-proof-record.ts';
import type { Resealing } from '../../command/secret-reseal.ts';
import { isRejection, type Rejection } from '../../contract/errors.ts';
import type { OperatorOperations } from '../../contract/operator/index.ts';
import { settled } from '../../edge/handler.ts';
import type { OperatorHandler, OperatorParts } from '../handler.ts';

type Sealed = Pick<Resealing, 'apiKey' | 'before'>;

/** So many at a time share a commit. */
const pageSize = 256;

export const resealSecrets: OperatorHandler<OperatorOperations['resealSecrets']> = async (
  _input,
  operator,
  parts,
) => {
  const counts = { resealed: 0, unreadable: 0 };
  const secrets = await readSecrets(parts);
  for (let start = 0; start < secrets.length; start += pageSize) {
    const page = secrets.slice(start, start + pageSize);
    for (const outcome of await Promise.all(page.map((each) => reseal(each, parts)))) {
      if (typeof outcome !== 'string') return outcome;
      if (outcome !== 'present') counts[outcome] += 1;
    }
  }
  const recorded = settled(
    await parts.commands.submit('recordAct', {
      operator,
      action: 'secrets-reseal',
      subject: 'secrets',
      details: counts,
    }),
  );
  return isRejection(recorded) ? recorded : counts;
};

/** The proof of the master key last: it says that everything else is done. */
async function readSecrets({ reads }: OperatorParts): Promise<readonly Sealed[]> {
  const keys = await reads.rows('api_keys', {});
  const proof = await reads.row('settings', { name: masterKeyProofSetting });
  return [
    ...keys.map((row) => ({ apiKey: row.api_key, before: row.sealed_secret })),
    ...(proof ? [{ apiKey: null, before: String(proof.value) }] : []),
  ];
}

async function reseal(
  { apiKey, before }: Sealed,
  { resealed, commands }: OperatorParts,
): Promise<'present' | 'resealed' | 'unreadable' | Rejection> {
  const after = resealed(before);
  if (after === 'present' || after === 'unreadable') return after;
  const outcome = settled(await commands.submit('resealSecret', { apiKey, before, after: after.sealed }));
  if (isRejection(outcome)) return outcome;
  return outcome.done.changed ? 'resealed' : 'present';
}
