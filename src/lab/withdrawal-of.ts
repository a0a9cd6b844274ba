/** The withdrawal that a reply is about. */
import type { Operation } from '../contract/operation.ts';
import type { Reads } from '../store/reads.ts';
import { withdrawals } from './operations.ts';

/** @returns the id; null if it is not known, or the operation submits none; `none` if it has not submitted one. */
export async function withdrawalOf(
  { id }: Operation,
  reply: { readonly id?: unknown; readonly accepted?: unknown; readonly trId?: unknown },
  reads: Pick<Reads, 'row'>,
): Promise<string | null | 'none'> {
  if (!withdrawals.has(id)) return null;
  if (reply.accepted === false) return 'none';
  if (typeof reply.id === 'string') return reply.id;
  if (typeof reply.trId !== 'number') return null;
  // What was done is answered as done, even if it can no longer be read.
  const questionnaire = await reads
    .row('withdrawal_questionnaires', { trId: reply.trId })
    .catch(() => undefined);
  return questionnaire?.withdrawalId ?? null;
}
