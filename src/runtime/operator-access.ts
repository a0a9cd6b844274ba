/** The access to the operator API of one process. */
import type { Clock } from '../clock/clock.ts';
import { limitScope } from '../domain/ip-address.ts';
import { Access, type FailedSignIn } from '../operator/access/access.ts';
import { AdministratorCheck } from '../operator/access/administrator-check.ts';
import { Authentication } from '../operator/access/authentication.ts';
import type { WrongTokens } from '../operator/wrong-tokens.ts';
import type { Core } from './core.ts';

export function openAccess(
  { engine: { reads, commands }, operatorToken: token, accessKey }: Core,
  clock: Clock,
  wrongTokens: WrongTokens,
  onFailedSignIn: (failure: FailedSignIn) => void,
): { readonly access: Access; readonly authentication: Authentication } {
  const administrators = new AdministratorCheck(reads, clock.monotonic);
  const delayFailure = (failure: FailedSignIn) => {
    onFailedSignIn(failure);
    return wrongTokens.delayFailure(limitScope(failure.ip));
  };
  return {
    access: new Access(accessKey, clock, administrators, delayFailure),
    authentication: new Authentication({ reads, commands, clock, administrators, token }),
  };
}
