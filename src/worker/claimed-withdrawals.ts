/** Claims withdrawals of manual networks for operators. */
import type { TakenClaim } from '../chain/service.ts';
import type { Operator } from '../command/unit-of-work.ts';
import type { OperatorCommandErrorId } from '../contract/errors.ts';
import type { Idempotency } from '../contract/idempotency.ts';
import type { Outcome } from '../store/port.ts';
import { type ClaimParts, claimAndSend } from './withdrawal-claims.ts';
import type { WorkerParts } from './worker-parts.ts';

/**
 * As on other networks, a withdrawal that cannot be sent now waits, and a withdrawal to an address of this exchange is
 * settled between the two customers.
 */
export async function takeClaim(
  parts: ClaimParts & Pick<WorkerParts, 'reads'>,
  claim: { readonly id: string; readonly leaseMs: number },
  operator: Operator,
  idempotency: Idempotency | undefined,
): Promise<Outcome<TakenClaim, OperatorCommandErrorId>> {
  const outcome = await parts.commands.submit('takeClaim', { ...claim, operator, idempotency });
  if (!('rejected' in outcome) || outcome.rejected !== 'withdrawal-unsendable') return outcome;
  const row = await parts.reads.row('withdrawals', { id: claim.id });
  if (row !== undefined) await claimAndSend(parts, [row]);
  return outcome;
}
