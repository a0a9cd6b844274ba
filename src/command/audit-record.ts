/** Records an operator action that does not change the ledger, such as adding blocks to a simulated chain. */
import type { Command } from '../store/port.ts';
import { type Operator, UnitOfWork } from './unit-of-work.ts';

export type AuditRecord = {
  readonly operator: Operator;
  readonly action: string;
  readonly subject: string;
  readonly details: unknown;
};

export const recordAudit: Command<AuditRecord, { readonly action: string }> = {
  name: 'act-record',
  prefetch: [],
  decide({ operator, action, subject, details }, rows, context) {
    const work = new UnitOfWork(rows, context);
    work.audit(operator, action, subject, details);
    return work.reply({ action });
  },
};
