import { capitalConfigGetall } from '../../../../contract/sapi/capital/config-getall.ts';
import { viewCoin } from '../../../coin-view.ts';
import { implement } from '../../../handler.ts';

export const capitalConfigGetallHandler = implement(
  capitalConfigGetall,
  async (_values, { account }, { reads, catalog }) => {
    const balances = await reads.accountBalances(account.id, { wallet: 'spot' });
    const known = catalog();
    const traded = new Set([...known.symbols.values()].flatMap((each) => [each.baseAsset, each.quoteAsset]));
    return [...known.assets.values()].map((asset) => {
      const balance = balances.find((each) => each.asset === asset.asset);
      return viewCoin(asset, balance, traded.has(asset.asset), known);
    });
  },
);
