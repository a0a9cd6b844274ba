import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, optional, Type } from '../../schema.ts';
import { email, page } from './fields.ts';

const worth = decimalText('What the Spot balances are worth in BTC, by the prices of the operator.');

/** The worth of the Spot wallets of the master and its sub-accounts, oldest sub-account first. */
export const subAccountSpotSummary = operation({
  id: 'subAccountSpotSummary',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/spotSummary'],
  weights: { address: 1 },
  masterOnly: true,
  summary: 'Query sub-account spot assets summary.',
  parameters: {
    email: email('Only this sub-account.'),
    page,
    size: optional.integer({
      description: 'Number of rows per page; 10 when absent.',
      minimum: 1,
      maximum: 20,
    }),
  },
  reply: Type.Object({
    totalCount: Type.Integer({ description: 'Number of sub-accounts on all pages.' }),
    masterAccountTotalAsset: worth,
    spotSubUserAssetBtcVoList: Type.Array(Type.Object({ email: Type.String(), totalAsset: worth })),
  }),
  errors: ['sub-account-unrelated'],
});
