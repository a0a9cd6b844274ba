import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { amounts } from '../asset/balance-fields.ts';
import { subAccountEmail } from './fields.ts';

/** The Spot balances of a sub-account that are above zero. */
export const subAccountAssetsV4 = operation({
  id: 'subAccountAssetsV4',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v4/sub-account/assets'],
  weights: { account: 60 },
  masterOnly: true,
  summary: 'Query sub-account assets; amounts are text.',
  parameters: { email: subAccountEmail },
  reply: Type.Object({ balances: Type.Array(Type.Object({ asset: Type.String(), ...amounts })) }),
  errors: ['sub-account-unrelated'],
});
