import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { email } from './fields.ts';

/** At most this many sub-accounts are listed, as the operation has no pages. */
export const maxSubAccounts = 10_000;

/** The state of one sub-account, or of all, oldest first. */
export const subAccountStatus = operation({
  id: 'subAccountStatus',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/status'],
  weights: { address: 10 },
  masterOnly: true,
  summary: "Get sub-accounts' status.",
  parameters: { email: email(`Only this sub-account; at most ${maxSubAccounts} are listed.`) },
  reply: Type.Array(
    Type.Object({
      email: Type.String(),
      isSubUserEnabled: Type.Boolean({ description: 'Whether the account is enabled.' }),
      isUserActive: Type.Boolean({ description: 'Whether the e-mail address was confirmed.' }),
      insertTime: milliseconds('Time of opening'),
      isMarginEnabled: Type.Literal(false),
      isFutureEnabled: Type.Literal(false),
      mobile: Type.Integer({
        description: 'The digits of the mobile number; 0 if there are none, or too many.',
        format: 'int64',
      }),
    }),
  ),
  errors: ['sub-account-unrelated'],
});
