/** Claims of withdrawals as operators see them. */
import { approverOf } from '../../command/approver-of.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import type { shownClaim } from '../../contract/operator/claim-fields.ts';
import type { Static } from '../../contract/schema.ts';
import type { Row } from '../../store/tables.ts';

export function viewHeldClaim(
  { generation, owner, state, claimedAt, expiresAt }: Row<'withdrawal_claims'>,
  viewer: Operator,
  ownerName: string,
): Static<typeof shownClaim> {
  const isOwn = owner === approverOf(viewer).id;
  return { generation, owner, ownerName, isOwn, state, claimTime: claimedAt, expireTime: expiresAt };
}
