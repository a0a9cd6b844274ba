import * as operations from '../../contract/operator/integrity.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { implement } from '../handler.ts';

export const getIntegrity = implement(
  operations.getIntegrity,
  async (_input, _operator, { integrity }) =>
    // cast: the report is plain data.
    (await integrity()) as OperatorReply<typeof operations.getIntegrity>,
);
