/** Keeps in the audit trail what an operator does outside the books, such as adding blocks to a simulated chain. */
import type { Command } from '../store/port.ts';
import { Draft, type Operator } from './draft.ts';

export type OperatorAct = {
  readonly operator: Operator;
  readonly action: string;
  readonly subject: string;
  readonly details: unknown;
};

export const recordAct: Command<OperatorAct, { readonly action: string }> = {
  name: 'act-record',
  prefetch: [],
  decide({ operator, action, subject, details }, rows, context) {
    const draft = new Draft(rows, context);
    draft.audit(operator, action, subject, details);
    return draft.reply({ action });
  },
};
