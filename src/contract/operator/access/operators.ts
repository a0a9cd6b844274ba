/** The people who operate the exchange. */
import { operatorOperation } from '../../operator-operation.ts';
import { Type } from '../../schema.ts';
import { optionalReason } from '../fields.ts';
import { linkView, operatorName, operatorView, roles } from './fields.ts';

const linked = Type.Object({ operator: operatorView, link: linkView });

export const listOperators = operatorOperation({
  id: 'listOperators',
  method: 'GET',
  path: '/operator/v1/operators',
  summary: 'List the operators, in the order of their creation.',
  permission: 'manage-operators',
  reply: Type.Object({ operators: Type.Array(operatorView) }),
});

export const createOperator = operatorOperation({
  id: 'createOperator',
  method: 'POST',
  path: '/operator/v1/operators',
  summary:
    'Create an operator, who gets access by the one-time link in the reply. It is valid for 24 hours; only this reply contains it.',
  permission: 'manage-operators',
  needsProof: true,
  body: { name: operatorName, roles, ...optionalReason },
  reply: linked,
  status: 201,
  errors: ['operator-conflict'],
});

export const updateOperator = operatorOperation({
  id: 'updateOperator',
  method: 'PATCH',
  path: '/operator/v1/operators/{name}',
  summary:
    'Change the roles of an operator, or disable or enable them, at once: the sessions of a disabled operator end. A conflict for yourself and for the last administrator.',
  permission: 'manage-operators',
  needsProof: true,
  pathParameters: { name: operatorName },
  body: {
    roles: Type.Optional({ ...roles, description: 'All roles from now on.' }),
    disabled: Type.Optional(Type.Boolean({ description: 'Whether the operator is disabled.' })),
    ...optionalReason,
  },
  reply: operatorView,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const createOperatorLink = operatorOperation({
  id: 'createOperatorLink',
  method: 'POST',
  path: '/operator/v1/operators/{name}/link',
  summary:
    'Create another one-time link for an operator who has lost their access. It replaces an earlier one. What gave access before works until the link is used.',
  permission: 'manage-operators',
  needsProof: true,
  pathParameters: { name: operatorName },
  body: optionalReason,
  reply: linked,
  status: 201,
  errors: ['operator-not-found', 'operator-conflict'],
});
