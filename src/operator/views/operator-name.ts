/** The names of those who act. */
import { bootstrapApprover, kindOfApprover, tokenOf } from '../../domain/withdrawal/approver.ts';
import type { ApprovalReads } from '../../store/reads/approvals.ts';

type NameReads = Pick<ApprovalReads, 'namesOf'>;

/** @param id as of an approver. @returns the name in the audit trail, or the id if there is none. */
export async function nameOf(reads: NameReads, id: string): Promise<string> {
  return (await namesOf(reads, [id])).get(id) ?? id;
}

/** @param ids as of approvers. @returns the names by id, read at once. */
export async function namesOf(
  reads: NameReads,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(ids)];
  const ofKind = (kind: 'operator' | 'token') => distinct.filter((id) => kindOfApprover(id) === kind);
  const [operators, tokens] = await Promise.all([
    reads.namesOf('operators', ofKind('operator')),
    reads.namesOf('operator_tokens', ofKind('token').map(tokenOf)),
  ]);
  return new Map(distinct.map((id) => [id, describe(id, operators, tokens)]));
}

function describe(
  id: string,
  operators: ReadonlyMap<string, string>,
  tokens: ReadonlyMap<string, string>,
): string {
  if (id === bootstrapApprover.id) return id;
  const kind = kindOfApprover(id);
  const name = kind === 'token' ? tokens.get(tokenOf(id)) : operators.get(id);
  return name === undefined ? id : `${kind}:${name}`;
}
