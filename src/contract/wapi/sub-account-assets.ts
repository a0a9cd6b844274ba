import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { exactNumber, optional, required, Type } from '../schema.ts';

/** spec: GET /wapi/v3/sub-account/assets.html, for masters; `symbol` filters by asset code. */
export const subAccountAssets = operation({
  id: 'subAccountAssets',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/sub-account/assets.html'],
  masterOnly: true,
  summary: 'Fetch sub-account assets.',
  parameters: {
    email: required.string({ description: 'Sub account email.', maximum: 254 }),
    symbol: optional.string({ description: 'Only this asset.', maximum: 20 }),
  },
  reply: Type.Object({
    success: Type.Literal(true),
    balances: Type.Array(
      Type.Object({
        asset: Type.String(),
        free: exactNumber('Spendable.'),
        locked: exactNumber('Held by withdrawals and by deposits that cannot be withdrawn yet.'),
      }),
    ),
  }),
  errors: ['sub-account-unrelated'],
});
