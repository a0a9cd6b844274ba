/** Who may use the operator API of one process. */
import type { Clock } from '../clock/clock.ts';
import { AdministratorCheck } from '../operator/access/administrator-check.ts';
import { Authentication } from '../operator/access/authentication.ts';
import type { Core } from './core.ts';

export function openAccess(
  { engine: { reads, commands }, operatorToken: token }: Core,
  clock: Clock,
): Authentication {
  const administrators = new AdministratorCheck(reads, clock.monotonic);
  return new Authentication({ reads, commands, clock, administrators, token });
}
