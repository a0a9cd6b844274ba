import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import {
  disableFastWithdraw,
  enableFastWithdraw,
} from '../../../../contract/sapi/account/fast-withdraw-switch.ts';
import { type HandlerParts, implement } from '../../../handler.ts';

async function turn(
  fastWithdraw: boolean,
  accountId: number,
  notAfterMs: number | undefined,
  { commands }: HandlerParts,
) {
  const input = { accountId, change: { fastWithdraw } };
  const outcome = unwrap(await commands.submit('putAccountSwitches', input, notAfterMs));
  return isRejection(outcome) ? outcome : {};
}

export const enableFastWithdrawHandler = implement(
  enableFastWithdraw,
  (_values, { account, notAfterMs }, parts) => turn(true, account.id, notAfterMs, parts),
);

export const disableFastWithdrawHandler = implement(
  disableFastWithdraw,
  (_values, { account, notAfterMs }, parts) => turn(false, account.id, notAfterMs, parts),
);
