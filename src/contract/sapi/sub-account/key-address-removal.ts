import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { ipAddress, ipRestrict, namedKey, restrictionFields } from './key-fields.ts';

/**
 * Removes addresses from the list of a key of a sub-account. The last one cannot be removed, because a key without
 * addresses can be used from any.
 */
export const removeSubAccountKeyAddresses = operation({
  id: 'removeSubAccountKeyAddresses',
  dialect: sapi,
  method: 'DELETE',
  paths: ['/sapi/v1/sub-account/subAccountApi/ipRestriction/ipList'],
  permission: 'trading',
  weights: { account: 3000 },
  masterOnly: true,
  summary: 'Delete IP list for a sub-account API key.',
  parameters: { ...namedKey, ipAddress: ipAddress.required },
  reply: Type.Object({ ipRestrict, ...restrictionFields }),
  errors: ['sub-account-unrelated'],
});
