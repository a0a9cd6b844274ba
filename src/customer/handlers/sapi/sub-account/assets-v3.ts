import { isRejection } from '../../../../contract/errors.ts';
import { subAccountAssetsV3 } from '../../../../contract/sapi/sub-account/assets-v3.ts';
import { exactNumberOfText } from '../../../exact-json.ts';
import { implement } from '../../../handler.ts';
import { balancesOfSub } from './balances-of-sub.ts';

export const subAccountAssetsV3Handler = implement(
  subAccountAssetsV3,
  async ({ email }, { account }, parts) => {
    const views = await balancesOfSub(email, account, parts);
    if (isRejection(views)) return views;
    return {
      balances: views.map(({ asset, free, locked, freeze, withdrawing }) => ({
        asset,
        free: exactNumberOfText(free),
        locked: exactNumberOfText(locked),
        freeze: exactNumberOfText(freeze),
        withdrawing: exactNumberOfText(withdrawing),
      })),
    };
  },
);
