import { isRejection } from '../../../../contract/errors.ts';
import { subAccountSpotSummary } from '../../../../contract/sapi/sub-account/spot-summary.ts';
import { readBalances, valueOfBalances } from '../../../balance-view.ts';
import { optionalEmail, pageNumbered, subAccountOf } from '../../../family.ts';
import { type HandlerParts, implement } from '../../../handler.ts';

export const subAccountSpotSummaryHandler = implement(
  subAccountSpotSummary,
  async ({ page, size = 10, ...values }, { account }, parts) => {
    const email = optionalEmail(values.email);
    const one = email === undefined ? undefined : await subAccountOf(email, account, parts);
    if (isRejection(one)) return one;
    const { reads } = parts;
    const [rows, totalCount] = await Promise.all([
      reads.subAccounts(account.id, { email }, pageNumbered(page, size)),
      reads.countSubAccounts(account.id, { email }),
    ]);
    const [master = '0', ...subs] = await Promise.all(
      [account, ...rows].map(({ id }) => worthInBtc(id, parts)),
    );
    return {
      totalCount,
      masterAccountTotalAsset: master,
      spotSubUserAssetBtcVoList: rows.map((row, index) => ({
        email: row.email,
        totalAsset: subs[index] ?? '0',
      })),
    };
  },
);

async function worthInBtc(accountId: number, parts: HandlerParts): Promise<string> {
  const balances = await readBalances(parts, accountId, 'spot', undefined);
  return valueOfBalances('BTC', balances, parts.catalog());
}
