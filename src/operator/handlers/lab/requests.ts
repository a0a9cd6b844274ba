import { listLabRequests } from '../../../contract/operator/lab/requests.ts';
import { implement, labOf } from '../../handler.ts';

const defaultLimit = 100;

export const listRequests = implement(
  listLabRequests,
  async ({ query: { apiKey, limit = defaultLimit } }, _operator, parts) => ({
    requests: [...(await labOf(parts).explain({ apiKey, limit }))],
  }),
);
