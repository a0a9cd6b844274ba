import { getUserAsset } from '../../../../contract/sapi/asset/get-user-asset.ts';
import { readBalances, valueOfBalances, viewBalance } from '../../../balance-view.ts';
import { implement } from '../../../handler.ts';

export const getUserAssetHandler = implement(getUserAsset, async (values, { account }, parts) => {
  const catalog = parts.catalog();
  const balances = await readBalances(parts, account.id, 'spot', values.asset);
  return balances.map((balance) => ({
    ...viewBalance(balance, catalog),
    ipoable: '0',
    btcValuation: values.needBtcValuation === true ? valueOfBalances('BTC', [balance], catalog) : '0',
  }));
});
