import { unwrap } from '../../../../command/outcome.ts';
import type { ErrorOf } from '../../../../command/registry.ts';
import { isRejection, type Rejection } from '../../../../contract/errors.ts';
import { transferSubToMaster } from '../../../../contract/sapi/sub-account/transfer-to-master.ts';
import { transferSubToSub } from '../../../../contract/sapi/sub-account/transfer-to-sub.ts';
import type { ValuesOf } from '../../../../contract/schema.ts';
import type { Row } from '../../../../store/tables.ts';
import { emailInForm } from '../../../family.ts';
import { type Caller, type HandlerParts, implement } from '../../../handler.ts';

export const transferSubToSubHandler = implement(transferSubToSub, ({ toEmail, ...order }, caller, parts) =>
  send(emailInForm(toEmail), order, caller, parts),
);

export const transferSubToMasterHandler = implement(transferSubToMaster, async (order, caller, parts) => {
  const reply = await send(undefined, order, caller, parts);
  if (isRejection(reply) && reply.rejected === 'sub-account-unrelated')
    throw new Error('a sub-account is related to its master');
  return reply as Exclude<typeof reply, Rejection> | Rejection<ToMasterError>;
});

type ToMasterError = Exclude<ErrorOf<'transferBetweenAccounts'>, 'sub-account-unrelated'>;

/** @param toEmail undefined: the master. */
async function send(
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
