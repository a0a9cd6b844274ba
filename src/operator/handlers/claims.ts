import { approverOf } from '../../command/approver-of.ts';
import type { ClaimReply } from '../../command/claim/claim-access.ts';
import { unwrap } from '../../command/outcome.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { isRejection, type OperatorCommandErrorId, type Rejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/claims.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { WithdrawalCommandErrors } from '../../contract/withdrawal-command-errors.ts';
import type { Outcome } from '../../store/port.ts';
import type { OpenClaimState } from '../../store/reads/claims.ts';
import { implement, type OperatorParts, orReplayed } from '../handler.ts';
import { problemOfNames } from '../lists/list-filters.ts';
import { viewHeldClaim } from '../views/claim-view.ts';
import { nameOf, namesOf } from '../views/operator-name.ts';
import { viewWithdrawals } from '../views/withdrawal-view.ts';

type ClaimView = OperatorReply<typeof operations.extendClaim>;
type Listed = OperatorReply<typeof operations.listClaims>['claims'][number];

type ClaimFilter = {
  readonly state: OpenClaimState;
  readonly network: string | undefined;
  readonly after: string | undefined;
};

const defaultLeaseSeconds = 600;
const defaultLimit = 100;

export const listClaims = implement(
  operations.listClaims,
  async ({ query: { state = 'claimable', network, after, limit = defaultLimit } }, operator, parts) => {
    const problem = problemOfNames(parts, { ...(network !== undefined && { network }) });
    if (problem !== undefined) return problem;
    const last = after === undefined ? undefined : await parts.reads.row('withdrawals', { id: after });
    if (after !== undefined && last === undefined) return reject('withdrawal-unknown', { id: after });
    const claims =
      state === 'claimable'
        ? await claimable(parts, network, last?.seq ?? 0, limit)
        : await claimed(parts, operator, { state, network, after }, limit);
    const next = claims.length < limit ? undefined : claims.at(-1)?.withdrawal.id;
    return { claims, ...(next !== undefined && { next }) };
  },
);

async function claimable(
  parts: OperatorParts,
  network: string | undefined,
  afterSeq: number,
  limit: number,
): Promise<Listed[]> {
  const rows = await parts.reads.withdrawalsToClaim(network, afterSeq, limit);
  return (await viewWithdrawals(parts, rows)).map((withdrawal) => ({ withdrawal }));
}

async function claimed(
  parts: OperatorParts,
  operator: Operator,
  { state, network, after }: ClaimFilter,
  limit: number,
): Promise<Listed[]> {
  // Sorts after the ids of all claims of that withdrawal.
  const afterId = after === undefined ? '' : `${after};`;
  const claims = await parts.reads.claimsInState(state, network, afterId, limit);
  const rows = await parts.reads.withdrawalsNamed(claims.map(({ withdrawalId }) => withdrawalId));
  const views = new Map((await viewWithdrawals(parts, rows)).map((view) => [view.id, view]));
  const names = await namesOf(
    parts.reads,
    claims.map(({ owner }) => owner),
  );
  return claims.flatMap((claim) => {
    const withdrawal = views.get(claim.withdrawalId);
    const name = names.get(claim.owner) ?? claim.owner;
    return withdrawal === undefined ? [] : [{ withdrawal, claim: viewHeldClaim(claim, operator, name) }];
  });
}

export const takeClaim = implement(
  operations.takeClaim,
  async ({ path: { id }, body, idempotency }, operator, parts) => {
    const leaseMs = leaseOf(body);
    const outcome = unwrap(await parts.chainService.takeClaim({ id, leaseMs }, operator, idempotency));
    if (isOfClaim(outcome)) return claimedBy(outcome.details, parts);
    if (isRejection(outcome)) return outcome;
    const { owner, generation, expiresAt } = outcome.done;
    // The key of somebody else's claim does not make it the caller's.
    if (owner !== approverOf(operator).id) return claimedBy({ id, owner, generation, expiresAt }, parts);
    return orReplayed(view(outcome.done), outcome.done);
  },
);

const isOfClaim = (outcome: unknown): outcome is Rejection<'withdrawal-claimed'> =>
  isRejection(outcome) && outcome.rejected === 'withdrawal-claimed';

/** Includes the name of the owner, because not every caller may look up the id. */
async function claimedBy(
  claim: WithdrawalCommandErrors['withdrawal-claimed'],
  { reads }: OperatorParts,
): Promise<Rejection<'withdrawal-claimed'>> {
  return reject('withdrawal-claimed', { ...claim, owner: await nameOf(reads, claim.owner) });
}

export const extendClaim = implement(
  operations.extendClaim,
  ({ path: { id }, body: { generation, ...body } }, operator, { commands }) =>
    viewed(commands.submit('extendClaim', { id, generation, leaseMs: leaseOf(body), operator })),
);

export const releaseClaim = implement(
  operations.releaseClaim,
  ({ path: { id }, body: { generation } }, operator, { commands }) =>
    viewed(commands.submit('releaseClaim', { id, generation, operator })),
);

export const reportTransaction = implement(
  operations.reportTransaction,
  ({ path: { id }, body: { reason: _, signedTransaction = '', ...report } }, operator, { commands }) =>
    viewed(commands.submit('reportTransaction', { id, signedTransaction, ...report, operator })),
);

export const reportConfirmations = implement(
  operations.reportConfirmations,
  ({ path: { id }, body: { txId, confirmations, final = false } }, operator, { commands }) =>
    viewed(commands.submit('reportConfirmations', { id, txId, confirmations, final, operator })),
);

export const reportUnsent = implement(
  operations.reportUnsent,
  ({ path: { id }, body: { generation } }, operator, { commands }) =>
    viewed(commands.submit('reportUnsent', { id, generation, operator })),
);

export const resolveWithdrawal = implement(
  operations.resolveWithdrawal,
  ({ path: { id }, body: { outcome, txId } }, operator, { commands }) => {
    if ((outcome === 'sent') !== (txId !== undefined))
      return invalid('body.txId: is required if the withdrawal was sent, and not allowed otherwise');
    const resolution =
      txId !== undefined
        ? ({ outcome: 'sent', txId } as const)
        : ({ outcome: 'not-sent', next: outcome === 'not-sent-queue' ? 'queue' : 'fail' } as const);
    return viewed(commands.submit('resolveClaim', { id, resolution, operator }));
  },
);

async function viewed<E extends OperatorCommandErrorId>(submitted: Promise<Outcome<ClaimReply, E>>) {
  const outcome = unwrap(await submitted);
  return 'done' in outcome ? view(outcome.done) : outcome;
}

const leaseOf = ({ leaseSeconds = defaultLeaseSeconds }: { readonly leaseSeconds?: number }) =>
  leaseSeconds * 1000;

function view({ id, generation, owner, state, claimedAt, expiresAt, stage, txId }: ClaimReply): ClaimView {
  const times = { claimTime: claimedAt, expireTime: expiresAt };
  return { id, generation, owner, state, ...times, stage, txId };
}
