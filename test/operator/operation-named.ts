import type { OperatorOperation } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';

export function operationNamed(id: string): OperatorOperation {
  const operation = operatorOperations.find((each) => each.id === id);
  if (operation === undefined) throw new Error(`the operator API has no operation ${id}`);
  return operation;
}
