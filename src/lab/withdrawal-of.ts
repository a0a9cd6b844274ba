/** The withdrawal that a reply is about. */
import type { Operation } from '../contract/operation.ts';
import type { Reads } from '../store/reads.ts';
import { withdrawals } from './operations.ts';

/** The id is null if it is not known, or the operation submits no withdrawals. */
export type Submission =
  | { readonly submitted: false }
  | { readonly submitted: true; readonly withdrawalId: string | null };

/**
 * @param reply of a handler that has succeeded
 * @returns a promise only if it has to be read from the store.
 */
export function submissionOf(
  { id }: Operation,
  reply: { readonly id?: unknown; readonly accepted?: unknown; readonly trId?: unknown },
  reads: Pick<Reads, 'row'>,
): Submission | Promise<Submission> {
  if (!withdrawals.has(id)) return other;
  if (reply.accepted === false) return { submitted: false };
  if (typeof reply.id === 'string') return { submitted: true, withdrawalId: reply.id };
  return typeof reply.trId === 'number' ? submissionWith(reply.trId, reads) : other;
}

const other: Submission = { submitted: true, withdrawalId: null };

async function submissionWith(trId: number, reads: Pick<Reads, 'row'>): Promise<Submission> {
  // A completed operation is answered as completed, even if its record can no longer be read.
  const questionnaire = await reads.row('withdrawal_questionnaires', { trId }).catch(() => undefined);
  return { submitted: true, withdrawalId: questionnaire?.withdrawalId ?? null };
}
