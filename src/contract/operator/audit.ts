/** The audit trail, which records every state change by an operator: who, when, what and why. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import {
  accountFilter,
  amountFilter,
  assetFilter,
  cursorPaging,
  movementFilters,
  pageEnd,
  timeFilter,
} from './list-fields.ts';

const entry = Type.Object({
  seq: Type.Integer(),
  at: milliseconds('Time of the change'),
  actor: Type.String({ description: 'The person or process that made the change.' }),
  action: Type.String({ description: 'The kind of change.' }),
  subject: Type.String({
    description: 'The object of the change, for example an e-mail, an asset or a withdrawal.',
  }),
  reason: Type.String({ description: 'The reason; empty if none was given.' }),
  details: Type.Unknown(),
});

const exactly = (description: string) =>
  Type.Optional(Type.String({ description, minLength: 1, maxLength: 256 }));

export const listAudit = operatorOperation({
  id: 'listAudit',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/audit',
  summary: 'List the entries of the audit trail, newest first, or those that all filters select.',
  query: {
    actor: exactly('Who made the change, exactly, for example operator:alice.'),
    action: exactly('The kind of change, exactly.'),
    subject: exactly('The object of the change, exactly.'),
    account: accountFilter,
    asset: assetFilter,
    ...movementFilters,
    ...amountFilter,
    ...timeFilter,
    ...cursorPaging,
  },
  reply: Type.Object({ entries: Type.Array(entry), ...pageEnd }),
});
