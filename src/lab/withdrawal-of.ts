/** The withdrawal that a reply is about. */
import type { Operation } from '../contract/operation.ts';
import type { Reads } from '../store/reads.ts';
import { withdrawals } from './operations.ts';

/** The id is null if it is not known, or the operation submits no withdrawals. */
export type Submission =
  | { readonly submitted: false }
  | { readonly submitted: true; readonly withdrawalId: string | null };

/** @param reply of a handler that has succeeded */
export async function submissionOf(
  { id }: Operation,
  reply: { readonly id?: unknown; readonly accepted?: unknown; readonly trId?: unknown },
  reads: Pick<Reads, 'row'>,
): Promise<Submission> {
  if (!withdrawals.has(id)) return { submitted: true, withdrawalId: null };
  if (reply.accepted === false) return { submitted: false };
  return { submitted: true, withdrawalId: await withdrawalOf(reply, reads) };
}

async function withdrawalOf(
  reply: { readonly id?: unknown; readonly trId?: unknown },
  reads: Pick<Reads, 'row'>,
): Promise<string | null> {
  if (typeof reply.id === 'string') return reply.id;
  if (typeof reply.trId !== 'number') return null;
  // What was done is answered as done, even if it can no longer be read.
  const questionnaire = await reads
    .row('withdrawal_questionnaires', { trId: reply.trId })
    .catch(() => undefined);
  return questionnaire?.withdrawalId ?? null;
}
