/**
 * Submits the request of a customer for a withdrawal. A denial by the policy is recorded before the reply is sent, so
 * a reply that reports a denial means that its trace is on disk. A command that rejects writes nothing, so the trace is
 * another commit. If that fails, there is no withdrawal in any case: nothing was done, and the request can be repeated.
 */
import { Bug, unwrap } from '../command/outcome.ts';
import type { WithdrawalRequest } from '../command/withdrawal/withdrawal-request.ts';
import { isRejection, type Rejection, reject } from '../contract/errors.ts';
import type { Caller, HandlerParts } from './handler.ts';

export async function submitWithdrawal(
  request: WithdrawalRequest,
  { notAfterMs }: Pick<Caller, 'notAfterMs'>,
  { commands, onDenied }: Pick<HandlerParts, 'commands' | 'onDenied'>,
) {
  const outcome = unwrap(await commands.submit('submitWithdrawal', request, notAfterMs));
  if (!isRejection(outcome) || !isDenied(outcome)) return outcome;
  const { rule } = outcome.details;
  const recorded = await commands.submit('recordWithdrawalDenial', { request, rule });
  if ('fault' in recorded && recorded.fault === 'bug') throw new Bug(recorded.message);
  if (!('done' in recorded)) return reject('not-done');
  onDenied(rule);
  return outcome;
}

function isDenied(rejection: Rejection): rejection is Rejection<'withdrawal-denied'> {
  return rejection.rejected === 'withdrawal-denied';
}
