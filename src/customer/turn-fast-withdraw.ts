/** Turns the switch of fast withdrawals of an account. */
import { unwrap } from '../command/outcome.ts';
import { isRejection } from '../contract/errors.ts';
import type { Row } from '../store/tables.ts';
import type { Caller, HandlerParts } from './handler.ts';

export async function turnFastWithdraw(
  fastWithdraw: boolean,
  { account, notAfterMs }: Pick<Caller, 'notAfterMs'> & { readonly account: Pick<Row<'accounts'>, 'id'> },
  { commands }: HandlerParts,
) {
  const input = { accountId: account.id, change: { fastWithdraw } };
  const outcome = unwrap(await commands.submit('putAccountSwitches', input, notAfterMs));
  return isRejection(outcome) ? outcome : {};
}
