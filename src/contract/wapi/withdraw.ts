import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { required, Type } from '../schema.ts';
import { withdrawalErrors, withdrawalId, withdrawalParameters } from '../withdrawal-terms.ts';

/**
 * spec: POST /wapi/v3/withdraw.html.
 * deviation: withdraw accepts `withdrawOrderId` as an idempotency key that never expires: the same id and content
 * return the first reply, other content is rejected.
 */
export const withdraw = operation({
  id: 'withdraw',
  dialect: wapi,
  method: 'POST',
  paths: ['/wapi/v3/withdraw.html'],
  permission: 'withdrawals',
  summary: 'Submit a withdraw request.',
  parameters: {
    asset: required.string({ description: 'Asset code, for example ETH.', maximum: 20 }),
    ...withdrawalParameters,
  },
  reply: Type.Object({ msg: Type.Literal('success'), success: Type.Literal(true), id: withdrawalId }),
  errors: withdrawalErrors,
});
