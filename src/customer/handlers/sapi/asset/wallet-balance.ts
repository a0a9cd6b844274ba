import { reject } from '../../../../contract/errors.ts';
import type { ReplyOf } from '../../../../contract/operation.ts';
import { walletBalance, walletNames } from '../../../../contract/sapi/asset/wallet-balance.ts';
import { assetOf, type Catalog, priceOf } from '../../../../domain/catalog/catalog.ts';
import type { Wallet } from '../../../../domain/ledger/ledger.ts';
import type { AccountBalance } from '../../../../store/reads/balances.ts';
import { totalOf, valueOfBalances, viewBalance } from '../../../balance-view.ts';
import { implement } from '../../../handler.ts';

const walletNamed: Partial<Record<(typeof walletNames)[number], Wallet>> = {
  Spot: 'spot',
  Funding: 'funding',
};

type WalletView = ReplyOf<typeof walletBalance>[number];

export const walletBalanceHandler = implement(walletBalance, async (values, { account }, parts) => {
  const { quoteAsset, needBalanceDetail = false } = values;
  const catalog = parts.catalog();
  if (quoteAsset !== undefined && priceOf(catalog, quoteAsset) === null) {
    return reject('parameter-invalid', {
      parameter: 'quoteAsset',
      reason: 'it must be an asset that has a price',
    });
  }
  const rows = await parts.reads.accountBalances(account.id, {});
  const balances = rows.filter((row) => totalOf(row) > 0n);
  return walletNames.map((walletName): WalletView => {
    const wallet = walletNamed[walletName];
    const inWallet = balances.filter((row) => row.wallet === wallet);
    return {
      activate: wallet !== undefined,
      balance: valueOfBalances(quoteAsset ?? 'BTC', inWallet, catalog),
      walletName,
      ...(needBalanceDetail && { assetBalances: inWallet.map((row) => viewDetails(row, catalog)) }),
    };
  });
});

function viewDetails(
  balance: AccountBalance,
  catalog: Catalog,
): NonNullable<WalletView['assetBalances']>[number] {
  const { asset, ...amounts } = viewBalance(balance, catalog);
  return {
    asset,
    assetName: assetOf(catalog, asset).name,
    ...amounts,
    btcValuation: valueOfBalances('BTC', [balance], catalog),
  };
}
