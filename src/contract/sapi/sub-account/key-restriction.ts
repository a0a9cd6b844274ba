import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { ipRestrict, namedKey, restrictionFields } from './key-fields.ts';

/** The addresses from which a key of a sub-account can be used. */
export const subAccountKeyRestriction = operation({
  id: 'subAccountKeyRestriction',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/subAccountApi/ipRestriction'],
  weights: { account: 3000 },
  masterOnly: true,
  summary: 'Get IP restriction for a sub-account API key.',
  parameters: namedKey,
  reply: Type.Object({ ipRestrict, ...restrictionFields }),
  errors: ['sub-account-unrelated', 'parameter-invalid'],
});
