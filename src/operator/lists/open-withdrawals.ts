/** Open withdrawals, for sums of their amounts: read in pages, each of which waits for its turn. */

import type { OpenStage } from '../../contract/withdrawal-stages.ts';
import type { OpenWithdrawal } from '../../store/reads/open-withdrawals.ts';
import type { Reads } from '../../store/reads.ts';

const pageRows = 500;
/** The maximum number of withdrawals of a stage that are added up, so that the time of a reply is bounded. */
const maxSummed = 5000;

/** @returns null if there are more than `maxSummed`. */
export async function openWithdrawals(
  reads: Pick<Reads, 'openWithdrawalsAfter'>,
  stage: OpenStage,
): Promise<readonly OpenWithdrawal[] | null> {
  const found: OpenWithdrawal[] = [];
  for (;;) {
    const page = await reads.openWithdrawalsAfter(stage, found.at(-1)?.seq ?? 0, pageRows);
    found.push(...page);
    if (found.length > maxSummed) return null;
    if (page.length < pageRows) return found;
  }
}
