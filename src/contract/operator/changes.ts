/** Changes that need a second person: proposed by one, approved by another. */
import { changeKinds } from '../approval-terms.ts';
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { nextCursor, oneOf, optionalReason, orNull, paging } from './fields.ts';

/** The operations that can be proposed. */
export const proposableOperations = [
  'creditAccount',
  'debitAccount',
  'payDividend',
  'putPolicy',
  'putAsset',
  'patchAsset',
  'updateAccount',
  'putSettings',
  'createOperator',
  'updateOperator',
  'createOperatorLink',
  'createToken',
  'putPrice',
  'putAccountTags',
  'resolveWithdrawal',
  'reportUnsent',
  'reportDeposit',
  'assignDeposit',
] as const;

const id = Type.String({ description: 'Id of the proposed change.', maxLength: 64 });
const change = Type.Object({
  id,
  kind: oneOf(changeKinds, 'What it changes.'),
  operation: oneOf(proposableOperations, 'The operation that carries it out.'),
  subject: Type.String({ description: 'The object of the change, for example an e-mail or an asset.' }),
  path: Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    description: 'The path parameters of the operation.',
  }),
  body: Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    description: 'The body of the operation.',
  }),
  role: orNull(Type.String({ description: 'The role that the second person must have; null: any.' })),
  proposer: Type.String({ description: 'Id of the operator who proposed it.' }),
  actor: Type.String({ description: 'The proposer, as in the audit trail.' }),
  reason: Type.String({ description: 'The reason; empty if none was given.' }),
  proposeTime: milliseconds('Time of the proposal'),
  state: oneOf(['pending', 'approved', 'rejected'], 'approved: it has been carried out.'),
  decidedBy: orNull(
    Type.String({ description: 'Id of the operator who decided; null while it is pending.' }),
  ),
  decidedByName: orNull(
    Type.String({ description: 'Who decided, as in the audit trail; null while it is pending.' }),
  ),
  decideTime: orNull(milliseconds('Time of the decision; null while it is pending')),
});

export const proposeChange = operatorOperation({
  id: 'proposeChange',
  permission: 'propose-changes',
  method: 'POST',
  path: '/operator/v1/changes',
  summary:
    'Propose a change that another person must approve. Nothing is changed yet. The request of the operation is checked against its contract now, and against the state when the change is approved.',
  body: {
    operation: oneOf(proposableOperations, 'The operation that carries it out.'),
    path: Type.Optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        description: 'The path parameters of the operation; absent: none.',
      }),
    ),
    body: Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: 'object',
      description: 'The body of the operation.',
    }),
    ...optionalReason,
  },
  reply: change,
  status: 201,
});

export const listChanges = operatorOperation({
  id: 'listChanges',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/changes',
  summary: 'List the newest proposed changes, oldest first.',
  query: {
    pending: Type.Optional(
      Type.Boolean({ description: 'true: only those that wait for a decision.', default: false }),
    ),
    ...paging,
  },
  reply: Type.Object({ changes: Type.Array(change), nextCursor }),
  isNewestLast: true,
});

export const getChange = operatorOperation({
  id: 'getChange',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/changes/{id}',
  summary: 'Get a proposed change.',
  pathParameters: { id },
  reply: change,
  errors: ['operator-not-found'],
});

export const approveChange = operatorOperation({
  id: 'approveChange',
  permission: 'decide-changes',
  needsProof: true,
  method: 'POST',
  path: '/operator/v1/changes/{id}/approve',
  summary:
    'Approve a proposed change, which is carried out in the same commit. Its proposer cannot. A conflict if the state does not allow it any more; it stays pending then.',
  pathParameters: { id },
  body: optionalReason,
  reply: Type.Object({
    ...change.properties,
    result: Type.Unknown({ description: 'The reply of the operation.' }),
  }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const rejectChange = operatorOperation({
  id: 'rejectChange',
  permission: 'decide-changes',
  method: 'POST',
  path: '/operator/v1/changes/{id}/reject',
  summary: 'Reject a proposed change; its proposer may too. It is never carried out.',
  pathParameters: { id },
  body: optionalReason,
  reply: change,
  errors: ['operator-not-found', 'operator-conflict'],
});
