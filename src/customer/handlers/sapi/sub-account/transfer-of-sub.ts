import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import type { transferSubToMaster } from '../../../../contract/sapi/sub-account/transfer-to-master.ts';
import type { ValuesOf } from '../../../../contract/schema.ts';
import type { Row } from '../../../../store/tables.ts';
import type { Caller, HandlerParts } from '../../../handler.ts';

/** A transfer that a sub-account orders. @param toEmail undefined: the master. */
export async function transferOfSub(
  toEmail: string | undefined,
  order: ValuesOf<typeof transferSubToMaster.parameters>,
  { account, notAfterMs }: Caller & { readonly account: Row<'accounts'> },
  { commands }: HandlerParts,
) {
  const family = { masterId: masterOf(account), subAccountId: account.id, fromEmail: account.email, toEmail };
  const outcome = unwrap(
    await commands.submit('transferBetweenAccounts', { ...order, ...family }, notAfterMs),
  );
  return isRejection(outcome) ? outcome : { txnId: String(outcome.done.tranId) };
}

/** @throws Error for a master, which the pipeline rejects. */
function masterOf({ id, masterId }: Row<'accounts'>): number {
  if (masterId === null) throw new Error(`account ${id} is no sub-account`);
  return masterId;
}
