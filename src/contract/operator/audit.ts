/** The audit trail, which records every state change by an operator: who, when, what and why. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { paging } from './fields.ts';

export const listAudit = operatorOperation({
  id: 'listAudit',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/audit',
  summary: 'List the newest entries of the audit trail, oldest first.',
  query: paging,
  reply: Type.Object({
    entries: Type.Array(
      Type.Object({
        seq: Type.Integer(),
        at: milliseconds('Time of the change'),
        actor: Type.String({ description: 'The person or process that made the change.' }),
        action: Type.String({ description: 'The kind of change.' }),
        subject: Type.String({
          description: 'The object of the change, for example an e-mail, an asset or a withdrawal.',
        }),
        reason: Type.String({ description: 'The reason; empty if none was given.' }),
        details: Type.Unknown(),
      }),
    ),
  }),
});
