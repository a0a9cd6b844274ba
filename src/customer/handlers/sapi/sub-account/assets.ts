import { isRejection, type Rejection } from '../../../../contract/errors.ts';
import { subAccountAssetsV3 } from '../../../../contract/sapi/sub-account/assets-v3.ts';
import { subAccountAssetsV4 } from '../../../../contract/sapi/sub-account/assets-v4.ts';
import type { Row } from '../../../../store/tables.ts';
import { type BalanceView, readBalances, viewBalance } from '../../../balance-view.ts';
import { exactNumberOfText } from '../../../exact-json.ts';
import { subAccountOf } from '../../../family.ts';
import { type HandlerParts, implement } from '../../../handler.ts';

export const subAccountAssetsV3Handler = implement(
  subAccountAssetsV3,
  async ({ email }, { account }, parts) => {
    const views = await balancesOf(email, account, parts);
    if (isRejection(views)) return views;
    return {
      balances: views.map(({ asset, free, locked, freeze, withdrawing }) => ({
        asset,
        free: exactNumberOfText(free),
        locked: exactNumberOfText(locked),
        freeze: exactNumberOfText(freeze),
        withdrawing: exactNumberOfText(withdrawing),
      })),
    };
  },
);

export const subAccountAssetsV4Handler = implement(
  subAccountAssetsV4,
  async ({ email }, { account }, parts) => {
    const views = await balancesOf(email, account, parts);
    return isRejection(views) ? views : { balances: [...views] };
  },
);

async function balancesOf(
  email: string,
  master: Row<'accounts'>,
  parts: HandlerParts,
): Promise<readonly BalanceView[] | Rejection<'sub-account-unrelated'>> {
  const sub = await subAccountOf(email, master, parts);
  if (isRejection(sub)) return sub;
  const balances = await readBalances(parts, sub.id, 'spot', undefined);
  return balances.map((balance) => viewBalance(balance, parts.catalog()));
}
