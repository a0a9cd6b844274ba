import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { OperatorOperations } from '../../contract/operator-operations.ts';
import type { OperatorHandler } from '../handler.ts';
import { pageOf } from './subject.ts';

type GetIntegrity = OperatorOperations['getIntegrity'];

export const getIntegrity: OperatorHandler<GetIntegrity> = async (_input, _operator, { integrity }) =>
  (await integrity()) as OperatorReply<GetIntegrity>;

export const listAudit: OperatorHandler<OperatorOperations['listAudit']> = async (
  { query },
  _operator,
  { reads },
) => ({ entries: [...(await reads.latest('audit', pageOf(query)))] });
