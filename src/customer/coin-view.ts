/** An asset with its networks, as `capital/config/getall` shows it. */
import { formatUnits } from '../contract/decimal.ts';
import type { ReplyOf } from '../contract/operation.ts';
import type { capitalConfigGetall } from '../contract/sapi/capital/config-getall.ts';
import { addressExpression, tagExpression } from '../domain/address/address.ts';
import { type Asset, type AssetNetwork, type Catalog, networkNamed } from '../domain/catalog/catalog.ts';
import { explorerPrefix } from '../domain/catalog/explorer.ts';
import type { AccountBalance } from '../store/reads/balances.ts';
import { viewBalance } from './balance-view.ts';

type Coin = ReplyOf<typeof capitalConfigGetall>[number];

/** @param balance of the Spot wallet; undefined: none yet. */
export function viewCoin(
  asset: Asset,
  balance: AccountBalance | undefined,
  trading: boolean,
  catalog: Catalog,
): Coin {
  const { asset: coin, name, networks } = asset;
  const none = { asset: coin, wallet: 'spot', free: 0n, withdrawing: 0n, locked: 0n } as const;
  const { free, locked, freeze, withdrawing } = viewBalance(balance ?? none, catalog);
  return {
    coin,
    depositAllEnable: networks.some(({ depositEnabled }) => depositEnabled),
    withdrawAllEnable: networks.some(({ withdrawEnabled }) => withdrawEnabled),
    name,
    free,
    locked,
    freeze,
    withdrawing,
    ipoing: '0',
    ipoable: '0',
    storage: '0',
    isLegalMoney: false,
    trading,
    networkList: networks.map((network, index) => viewNetwork(asset, network, index === 0, catalog)),
  };
}

function viewNetwork(
  asset: Asset,
  terms: AssetNetwork,
  isDefault: boolean,
  catalog: Catalog,
): Coin['networkList'][number] {
  const network = networkNamed(catalog, terms.network);
  const hasTags = network.tag !== null;
  return {
    network: network.network,
    coin: asset.asset,
    name: network.name ?? network.network,
    isDefault,
    depositEnable: terms.depositEnabled,
    withdrawEnable: terms.withdrawEnabled,
    depositDesc: terms.depositEnabled ? '' : (terms.depositTip ?? 'Deposits are suspended.'),
    withdrawDesc: terms.withdrawEnabled ? '' : 'Withdrawals are suspended.',
    specialTips: '',
    specialWithdrawTips: '',
    resetAddressStatus: false,
    addressRegex: addressExpression(network),
    memoRegex: network.tag === null ? '' : tagExpression(network.tag),
    ...viewAmounts(asset, terms),
    minConfirm: terms.minConfirm,
    unLockConfirm: terms.unlockConfirm,
    sameAddress: hasTags,
    withdrawTag: hasTags,
    estimatedArrivalTime: terms.minConfirm,
    busy: false,
    contractAddressUrl: explorerPrefix(network, catalog),
    contractAddress: '',
  };
}

/** Shown if an asset has no maximum, in whole coins. */
const noMaximum = '9999999999';

/** A withdrawal to an account of this exchange has the same minimum as any other. */
function viewAmounts({ scale, withdrawMaximumPerDay }: Asset, terms: AssetNetwork) {
  const text = (units: bigint) => formatUnits(units, scale);
  return {
    withdrawFee: text(terms.withdrawFee),
    withdrawMin: text(terms.withdrawMinimum),
    withdrawMax: withdrawMaximumPerDay === null ? noMaximum : text(withdrawMaximumPerDay),
    withdrawInternalMin: text(terms.withdrawMinimum),
    withdrawIntegerMultiple: text(terms.withdrawMultiple),
    depositDust: text(terms.depositMinimum > 0n ? terms.depositMinimum : 1n),
  };
}
