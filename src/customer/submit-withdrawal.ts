/** Submits the request of a customer for a withdrawal. What the policy denies is recorded before it is answered. */
import { unwrap } from '../command/outcome.ts';
import type { WithdrawalRequest } from '../command/withdrawal/withdrawal-request.ts';
import { isRejection, type Rejection } from '../contract/errors.ts';
import type { Caller, HandlerParts } from './handler.ts';

export async function submitWithdrawal(
  request: WithdrawalRequest,
  { notAfterMs }: Pick<Caller, 'notAfterMs'>,
  { commands, onDenied }: Pick<HandlerParts, 'commands' | 'onDenied'>,
) {
  const outcome = unwrap(await commands.submit('submitWithdrawal', request, notAfterMs));
  if (isRejection(outcome) && isDenied(outcome)) {
    const { rule } = outcome.details;
    onDenied(rule);
    unwrap(await commands.submit('recordWithdrawalDenial', { request, rule }));
  }
  return outcome;
}

function isDenied(rejection: Rejection): rejection is Rejection<'withdrawal-denied'> {
  return rejection.rejected === 'withdrawal-denied';
}
