/** Records in the audit trail the requests that an operator or a machine was not allowed to make. */

import { describeError } from '../contract/error-table.ts';
import type { OperatorRejection } from '../contract/operator-errors.ts';
import { operatorErrors } from '../contract/operator-errors.ts';
import { actorOf } from '../domain/operator/principal.ts';
import type { Call } from './call.ts';

/** The errors that depend on who makes the request, not on its content. */
const refusals: ReadonlySet<string> = new Set(['operator-forbidden', 'approval-refused', 'proposal-refused']);

/** The number of entries is limited like that of failed sign-ins. A fault of the store changes no reply. */
export async function auditRefusal(
  { api, operation = '', principal, ip }: Call,
  rejection: OperatorRejection,
  subject: string,
): Promise<void> {
  if (principal === null || !refusals.has(rejection.rejected) || !api.access.throttle.isAudited()) return;
  const { body } = describeError(rejection, operatorErrors);
  await api.commands.submit('recordAudit', {
    operator: { actor: actorOf(principal), reason: '', principal },
    action: 'refused',
    subject,
    details: { operation, ip, ...body },
  });
}
