import { approverOf } from '../../command/approver-of.ts';
import { unwrap } from '../../command/outcome.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/changes.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { KeyedPage } from '../../store/reads/page.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts, type RequestDetails } from '../handler.ts';
import { keyedPage } from '../lists/keyed-page.ts';
import {
  bodyOf,
  forbiddenBy,
  forbiddenToApprove,
  forbiddenToReject,
  implementationOf,
  kindOf,
  movedBy,
  type ProposedRequest,
  problemOf,
  proposedRequestOf,
  subjectOf,
} from '../proposals.ts';
import { nameOf, namesOf } from '../views/operator-name.ts';
import { watchParts } from '../watched-parts.ts';

type ChangeView = OperatorReply<typeof operations.proposeChange>;
type Change = Omit<Row<'pending_changes'>, 'seq'>;

export const proposeChange = implement(
  operations.proposeChange,
  async ({ body: { operation, path = {}, body } }, operator, { commands, catalog, access, reads }) => {
    const request: ProposedRequest = { operation, path, body };
    if (kindOf(request) === 'operators' && access === undefined)
      return invalid('body.operation: concerns the whole process, so not a world');
    const forbidden = forbiddenBy(request, operator);
    if (forbidden !== undefined) return forbidden;
    const problem = problemOf(request, operator.reason);
    // cast: the input is checked by the schema, which says invalid.
    if (problem !== undefined) return problem as Rejection<'operator-invalid'>;
    const moved = await movedBy(request, catalog(), reads);
    const named = { kind: kindOf(request), subject: subjectOf(request), ...(moved && { moved }) };
    const proposal = { operator, ...named, input: request };
    const outcome = unwrap(await commands.submit('proposeChange', proposal));
    return isRejection(outcome) ? outcome : viewDecided(outcome.done, undefined);
  },
);

export const listChanges = implement(operations.listChanges, async ({ query }, _operator, { reads }) => {
  const { pending = false } = query;
  const read = (window: KeyedPage) => reads.pendingChanges(pending, window);
  const page = await keyedPage('listChanges', query, read, ({ seq }) => seq);
  if (isRejection(page)) return page;
  const names = await namesOf(
    reads,
    page.rows.flatMap(({ decidedBy }) => decidedBy ?? []),
  );
  const changes = page.rows.toReversed().map((row) => viewDecided(row, names.get(row.decidedBy ?? '')));
  return { changes, nextCursor: page.nextCursor };
});

export const getChange = implement(operations.getChange, async ({ path: { id } }, _operator, { reads }) => {
  const row = await reads.row('pending_changes', { id });
  return row === undefined ? reject('proposal-unknown', { id }) : view(reads, row);
});

export const approveChange = implement(
  operations.approveChange,
  async ({ path: { id } }, operator, parts, details) => {
    const row = await parts.reads.row('pending_changes', { id });
    if (row === undefined) return reject('proposal-unknown', { id });
    const forbidden = forbiddenToApprove(proposedRequestOf(row), row.role, operator);
    if (forbidden !== undefined) return forbidden;
    const decided = { decidedBy: approverOf(operator).id, decidedAt: parts.clock.world.now() };
    // Read first: after the commit, a read that fails would be answered as if nothing had been done.
    const approver = await nameOf(parts.reads, decided.decidedBy);
    const watched = watchParts(parts);
    const result = await carryOut(row, decided.decidedAt, operator, watched.parts, details);
    if (isRejection<'operator-conflict'>(result)) return result;
    // A request that changes nothing needs no command, so nothing has approved it.
    if (!watched.hasDone()) return reject('proposal-refused', { id, why: 'change-empty', role: null });
    return { ...viewDecided({ ...row, state: 'approved', ...decided }, approver), result };
  },
);

/** The command of the operation approves the change in its commit; see `command/approval/second-person.ts`. */
function carryOut(
  { id, input, actor, reason, proposer, proposerToken: token }: Change,
  decidedAt: number,
  by: Operator,
  parts: OperatorParts,
  details: RequestDetails,
): unknown {
  const request = proposedRequestOf({ input });
  const implementation = implementationOf(request);
  const { actor: approvedBy, reason: why, principal } = by;
  const approver = approverOf(by);
  const approval = {
    actor: approvedBy,
    reason: why,
    approver,
    principal,
    atMs: parts.clock.wire.now(),
    decidedAt,
  };
  const needs = implementation.operation.permission;
  const operator = { actor, reason, proposal: { id, proposer, token, needs, by: approval } };
  return implementation.handle(
    { path: request.path, query: {}, body: bodyOf(request, reason) },
    operator,
    parts,
    details,
  );
}

export const rejectChange = implement(
  operations.rejectChange,
  async ({ path: { id } }, operator, { commands, reads }) => {
    const row = await reads.row('pending_changes', { id });
    if (row === undefined) return reject('proposal-unknown', { id });
    const forbidden = forbiddenToReject(row, operator);
    if (forbidden !== undefined) return forbidden;
    const name = await nameOf(reads, approverOf(operator).id);
    const outcome = unwrap(await commands.submit('rejectChange', { id, operator }));
    return isRejection(outcome) ? outcome : viewDecided(outcome.done, name);
  },
);

async function view(reads: Pick<Reads, 'namesOf'>, row: Change): Promise<ChangeView> {
  return viewDecided(row, row.decidedBy === null ? undefined : await nameOf(reads, row.decidedBy));
}

function viewDecided(row: Change, decidedByName: string | undefined): ChangeView {
  const { operation, path, body } = proposedRequestOf(row);
  return {
    id: row.id,
    kind: row.kind,
    operation,
    subject: row.subject,
    path,
    body,
    role: row.role,
    proposer: row.proposer,
    actor: row.actor,
    reason: row.reason,
    proposeTime: row.proposedAt,
    state: row.state,
    decidedBy: row.decidedBy,
    decidedByName: decidedByName ?? null,
    decideTime: row.decidedAt,
  };
}
