import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type OperatorOperations, operatorOperations } from '../../contract/operator-operations.ts';
import { implement } from '../handler.ts';
import { pageOf } from './subject.ts';

type GetIntegrity = OperatorOperations['getIntegrity'];

export const getIntegrity = implement(
  operatorOperations.getIntegrity,
  async (_input, _operator, { integrity }) => (await integrity()) as OperatorReply<GetIntegrity>,
);

export const listAudit = implement(operatorOperations.listAudit, async ({ query }, _operator, { reads }) => ({
  entries: [...(await reads.latest('audit', pageOf(query)))],
}));
