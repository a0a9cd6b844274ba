/** An attempt to sign in or to prove an identity: limited, delayed, logged and, if it fails, in the audit trail. */
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import type { RequestDetails } from '../handler.ts';
import type { FailedSignIn } from './access.ts';
import type { AccessParts } from './implement-access.ts';

export type Attempt = {
  /** Name of the operator; for a passkey the id of its credential. */
  readonly name: string;
  readonly kind: FailedSignIn['kind'];
  readonly request: RequestDetails;
  /** Owner of the session in which an identity is proved; absent: nobody has signed in yet. */
  readonly operatorId?: string;
};

type TooMany = Rejection<'sign-ins-too-many'>;

/**
 * @param check does the work; undefined: the attempt has failed.
 * @returns the result of `check`, or the rejection.
 */
export async function attempt<T, E extends 'credentials-wrong' | 'link-unknown'>(
  { name, kind, request: { ip }, operatorId }: Attempt,
  { access, commands }: AccessParts,
  failure: E,
  check: () => Promise<T | undefined>,
): Promise<T | TooMany | Rejection<E>> {
  const { throttle } = access;
  const counted = operatorId === undefined ? { ip, name } : { operatorId };
  const tooMany = throttle.check(counted);
  if (tooMany !== undefined) return tooMany;
  throttle.begin(counted);
  const result = await check();
  if (result !== undefined) {
    throttle.succeed(counted);
    return result;
  }
  if (throttle.isAudited()) {
    const operator = { actor: 'nobody', reason: '' };
    const details = { ip, kind, failure };
    await commands.submit('recordAudit', {
      operator,
      action: 'operator-sign-in-failed',
      subject: name,
      details,
    });
  }
  await access.delayFailure({ name, kind, ip });
  // cast: these errors have no details.
  return reject(failure, {} as never) as Rejection<E>;
}

type FaultRejection = Rejection<'not-done' | 'outcome-unknown'>;

/** The result of a command within an attempt: undefined if it rejected, so that the attempt has failed. */
export function orFailed<R>(
  outcome: { readonly done: R } | Rejection,
): { readonly done: R } | FaultRejection | undefined {
  if (!isRejection(outcome)) return outcome;
  const isFault = outcome.rejected === 'not-done' || outcome.rejected === 'outcome-unknown';
  // cast: as the line above says.
  return isFault ? (outcome as FaultRejection) : undefined;
}
