import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { exactNumber, Type } from '../../schema.ts';
import { subAccountEmail } from './fields.ts';

/** The Spot balances of a sub-account that are above zero. */
export const subAccountAssetsV3 = operation({
  id: 'subAccountAssetsV3',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v3/sub-account/assets'],
  weights: { account: 60 },
  masterOnly: true,
  summary: 'Query sub-account assets; amounts are numbers.',
  parameters: { email: subAccountEmail },
  reply: Type.Object({
    balances: Type.Array(
      Type.Object({
        asset: Type.String(),
        free: exactNumber('Spendable.'),
        locked: exactNumber('Always 0: there are no orders.'),
        freeze: exactNumber('Held by deposits that cannot be used yet.'),
        withdrawing: exactNumber('Held by open withdrawals.'),
      }),
    ),
  }),
  errors: ['sub-account-unrelated'],
});
