import { getFundingAsset } from '../../../../contract/sapi/asset/get-funding-asset.ts';
import { readBalances, valueOfBalances, viewBalance } from '../../../balance-view.ts';
import { implement } from '../../../handler.ts';

export const getFundingAssetHandler = implement(getFundingAsset, async (values, { account }, parts) => {
  const catalog = parts.catalog();
  const balances = await readBalances(parts, account.id, 'funding', values.asset);
  return balances.map((balance) => ({
    ...viewBalance(balance, catalog),
    btcValuation: values.needBtcValuation === true ? valueOfBalances('BTC', [balance], catalog) : '0',
  }));
});
