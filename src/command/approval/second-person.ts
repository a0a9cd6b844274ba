/**
 * A command that needs a second person when the policy says so. Then it is executed only on behalf of a proposed change
 * that another person approves: approval and execution are one commit.
 */
import { type ErrorId, type Rejection, reject } from '../../contract/errors.ts';
import { refusalOfSecond } from '../../domain/withdrawal/approver.ts';
import { type OperatorChange, ruleOfChange } from '../../domain/withdrawal/change-rule.ts';
import { pendingChange } from '../../store/lookups.ts';
import type { AnyLookup, Command, DecisionContext, Rows, Write } from '../../store/port.ts';
import { authorityLookups, hasAuthority, proofOf } from '../approver-of.ts';
import type { Operator } from '../unit-of-work.ts';
import { changeOf } from './operator-change.ts';
import { mayStillPropose, proposerLookups } from './proposer-access.ts';

export type SecondPersonError = 'second-person-needed' | 'proposal-decided' | 'proposal-refused';

export function withSecondPerson<I extends { readonly operator: Operator }, R, E extends ErrorId>({
  prefetch: [first = () => [], ...later],
  decide,
  ...command
}: Command<I, R, E>): Command<I, R, E | SecondPersonError> {
  return {
    ...command,
    prefetch: [
      (input, rows, context) => [...proposalLookups(input), ...first(input, rows, context)],
      ...later,
    ],
    decide(input, rows, context) {
      const { operator } = input;
      const decision = proposerRefused(operator, rows) ?? decide(input, rows, context);
      if ('rejected' in decision) return decision;
      const rule = ruleOfWrites(decision.writes, operator, rows, context);
      if (operator.proposal !== undefined) {
        const approval = approve(operator.proposal, rule?.role ?? null, rows);
        return 'rejected' in approval
          ? approval
          : { ...decision, writes: [...decision.writes, ...approval.writes] };
      }
      return rule === undefined ? decision : reject('second-person-needed', { kind: rule.kind });
    },
  };
}

/** @returns the rule by which the writes need a second person. */
function ruleOfWrites(
  writes: readonly Write[],
  operator: Operator,
  rows: Rows,
  { catalog }: DecisionContext,
) {
  const change = changeOf(writes, rows, catalog);
  return change && !recovers(change, operator) ? ruleOfChange(change, catalog) : undefined;
}

/**
 * Refuses the first step of a change before anything is stored. If another person has approved the change, the last step
 * decides.
 */
export function refusalOfFirstStep(
  writes: readonly Write[],
  operator: Operator,
  rows: Rows,
  context: DecisionContext,
): Rejection<'second-person-needed'> | undefined {
  if (operator.proposal !== undefined) return undefined;
  const rule = ruleOfWrites(writes, operator, rows, context);
  return rule && reject('second-person-needed', { kind: rule.kind });
}

/** The bootstrap token recovers access when nobody can approve; see `domain/operator/unconfirmed-access.ts`. */
const recovers = ({ kind }: OperatorChange, { principal }: Operator) =>
  kind === 'operators' && principal?.kind === 'bootstrap';

function proposalLookups({ operator: { proposal } }: { readonly operator: Operator }): readonly AnyLookup[] {
  return proposal === undefined
    ? []
    : [pendingChange(proposal.id), ...authorityLookups(proposal.by.principal), ...proposerLookups(proposal)];
}

/** A proposal lasts only as long as its proposer may make such a change. */
function proposerRefused(
  { actor, proposal }: Operator,
  rows: Rows,
): Rejection<'proposal-refused'> | undefined {
  if (proposal === undefined || mayStillPropose(actor, proposal, rows)) return undefined;
  return reject('proposal-refused', { id: proposal.id, why: 'proposer-not-allowed', role: null });
}

function approve(
  { id, by }: NonNullable<Operator['proposal']>,
  roleNow: string | null,
  rows: Rows,
): Rejection<'proposal-decided' | 'proposal-refused'> | { readonly writes: readonly Write[] } {
  const at = by.decidedAt;
  const row = rows.one(pendingChange(id));
  if (row === undefined) throw new Error(`proposal ${id} does not exist`);
  if (row.state !== 'pending') return reject('proposal-decided', { id, state: row.state });
  if (!hasAuthority(by.principal, rows))
    return reject('proposal-refused', { id, why: 'access-changed', role: null });
  // The policy may have become stricter since the change was proposed.
  for (const role of [row.role, roleNow]) {
    const why = refusalOfSecond(by.approver, { ...row, role }, at);
    if (why !== undefined) return reject('proposal-refused', { id, why, role });
  }
  const set = { state: 'approved', decidedBy: by.approver.id, decidedAt: at } as const;
  const details = { kind: row.kind, subject: row.subject, proposer: row.proposer, ...proofOf(by) };
  const { actor, reason } = by;
  return {
    writes: [
      { update: 'pending_changes', key: { id }, set },
      { insert: 'audit', row: { at, actor, action: 'change-approve', subject: id, reason, details } },
    ],
  };
}
