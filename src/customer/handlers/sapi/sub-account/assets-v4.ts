import { isRejection } from '../../../../contract/errors.ts';
import { subAccountAssetsV4 } from '../../../../contract/sapi/sub-account/assets-v4.ts';
import { implement } from '../../../handler.ts';
import { balancesOfSub } from './balances-of-sub.ts';

export const subAccountAssetsV4Handler = implement(
  subAccountAssetsV4,
  async ({ email }, { account }, parts) => {
    const views = await balancesOfSub(email, account, parts);
    return isRejection(views) ? views : { balances: [...views] };
  },
);
