import * as operations from '../../contract/operator/audit.ts';
import { implement } from '../handler.ts';
import { pageOf } from './subject.ts';

export const listAudit = implement(operations.listAudit, async ({ query }, _operator, { reads }) => ({
  entries: [...(await reads.latest('audit', pageOf(query)))],
}));
