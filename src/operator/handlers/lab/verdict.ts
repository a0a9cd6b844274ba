import { getLabVerdict } from '../../../contract/operator/lab/verdict.ts';
import { junitOf } from '../../../lab/verdict/junit.ts';
import { implement, labOf, TextReply } from '../../handler.ts';

export const getVerdict = implement(
  getLabVerdict,
  async ({ query: { apiKey, after, format } }, _operator, parts) => {
    const report = await labOf(parts).verdict({ apiKey, after });
    return format === 'junit' ? new TextReply('application/xml; charset=utf-8', junitOf(report)) : report;
  },
);
