/** The names of those who act. */
import { kindOfApprover, tokenOf } from '../../domain/withdrawal/approver.ts';
import type { Reads } from '../../store/reads.ts';

/** @param id as of an approver. @returns the name in the audit trail, or the id if there is none. */
export async function nameOf(reads: Pick<Reads, 'row'>, id: string): Promise<string> {
  const kind = kindOfApprover(id);
  if (kind === 'bootstrap') return id;
  const row =
    kind === 'token'
      ? await reads.row('operator_tokens', { id: tokenOf(id) })
      : await reads.row('operators', { id });
  return row === undefined ? id : `${kind}:${row.name}`;
}

/** @returns the names by id. */
export async function namesOf(
  reads: Pick<Reads, 'row'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const named = [...new Set(ids)].map(async (id) => [id, await nameOf(reads, id)] as const);
  return new Map(await Promise.all(named));
}
