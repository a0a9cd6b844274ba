import { isRejection, type Rejection } from '../../../../contract/errors.ts';
import type { Row } from '../../../../store/tables.ts';
import { type BalanceView, readBalances, viewBalance } from '../../../balance-view.ts';
import { subAccountOf } from '../../../family.ts';
import type { HandlerParts } from '../../../handler.ts';

/** The Spot balances of a sub-account. */
export async function balancesOfSub(
  email: string,
  master: Row<'accounts'>,
  parts: HandlerParts,
): Promise<readonly BalanceView[] | Rejection<'sub-account-unrelated'>> {
  const sub = await subAccountOf(email, master, parts);
  if (isRejection(sub)) return sub;
  const balances = await readBalances(parts, sub.id, 'spot', undefined);
  return balances.map((balance) => viewBalance(balance, parts.catalog()));
}
