import { formatDecimal } from '../../../../contract/decimal.ts';
import { capitalWithdrawQuota, unlimitedQuotaUsd } from '../../../../contract/sapi/capital/withdraw-quota.ts';
import { countsTowardsLimits, quotaPeriodMs, valueInUsd } from '../../../../domain/withdrawal/quota.ts';
import type { Row } from '../../../../store/tables.ts';
import { type HandlerParts, implement } from '../../../handler.ts';

const pageLimit = 1000;

export const capitalWithdrawQuotaHandler = implement(
  capitalWithdrawQuota,
  async (_values, { account }, parts) => {
    const withdrawals = await withdrawalsOfPeriod(account.id, parts);
    const used = valueInUsd(withdrawals.filter(countsTowardsLimits), parts.catalog());
    return { wdQuota: account.withdrawQuotaUsd ?? unlimitedQuotaUsd, usedWdQuota: formatDecimal(used) };
  },
);

/** In pages, so that other requests are served in between. */
async function withdrawalsOfPeriod(
  accountId: number,
  { reads, clock }: HandlerParts,
): Promise<readonly Row<'withdrawals'>[]> {
  const from = clock.world.now() - quotaPeriodMs;
  const rows: Row<'withdrawals'>[] = [];
  for (;;) {
    const page = await reads.withdrawals(accountId, { from }, { limit: pageLimit, offset: rows.length });
    rows.push(...page);
    if (page.length < pageLimit) return rows;
  }
}
