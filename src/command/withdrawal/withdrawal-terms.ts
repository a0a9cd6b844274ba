/** The terms of a withdrawal under the rules of its asset and network: its destination and its amount. */
import { formatUnits, unitsOf } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import {
  type Asset,
  type AssetNetwork,
  type Catalog,
  networkOf,
  scaleOf,
} from '../../domain/catalog/catalog.ts';
import type { Rows } from '../../store/port.ts';
import type { WithdrawalRequest } from './withdrawal-request.ts';
import { latestCatalog, placeOf, recipientOf, rejectDestination } from './withdrawal-send.ts';

export type Terms = {
  readonly asset: Asset;
  readonly network: AssetNetwork;
  readonly amount: bigint;
};

export type TermsError =
  | 'asset-unknown'
  | 'network-unknown'
  | 'withdrawal-suspended'
  | 'address-invalid'
  | 'address-tag-invalid'
  | 'address-tag-unsupported'
  | 'precision-exceeded';
export type AmountError = 'amount-below-minimum' | 'amount-not-multiple' | 'amount-not-above-fee';

/** @returns undefined if the asset, or the network for it, is not defined. */
export function destinationOf(request: WithdrawalRequest, catalog: Catalog) {
  const asset = catalog.assets.get(request.asset);
  const network = asset && networkOf(asset, request.network);
  return network && destinationIn({ asset, network }, request);
}

export function destinationIn(
  { asset, network }: Pick<Terms, 'asset' | 'network'>,
  request: WithdrawalRequest,
) {
  const { address, addressTag = '' } = request;
  return { network: network.network, asset: asset.asset, address, addressTag };
}

/** @returns undefined if the terms are not valid, so that the withdrawal is rejected. */
export function askedOf(request: WithdrawalRequest, catalog: Catalog) {
  const destination = destinationOf(request, catalog);
  const amount = destination && unitsOf(request.amount, scaleOf(catalog, destination.asset));
  return destination && amount != null ? { ...destination, accountId: request.accountId, amount } : undefined;
}

/**
 * The terms and the recipient. If the address belongs to this exchange, both are read from the asset as stored, because the
 * withdrawal is settled at once.
 */
export function readTerms(request: WithdrawalRequest, rows: Rows, catalog: Catalog) {
  const terms = checkTerms(request, catalog);
  if ('rejected' in terms) return terms;
  const recipient = recipientOf(destinationIn(terms, request), rows, catalog);
  if (typeof recipient !== 'object') return { ...terms, recipient };
  const latest = latestCatalog(request.asset, rows, catalog);
  const { network } = terms.network;
  const latestTerms = checkTerms({ ...request, network }, latest);
  if ('rejected' in latestTerms) return latestTerms;
  return { ...latestTerms, recipient: recipientOf(destinationIn(latestTerms, request), rows, latest) };
}

function checkTerms(request: WithdrawalRequest, catalog: Catalog): Terms | Rejection<TermsError> {
  const asset = catalog.assets.get(request.asset);
  if (asset === undefined) return reject('asset-unknown', { asset: request.asset });
  const network = networkOf(asset, request.network);
  if (network === undefined) {
    return request.network === undefined
      ? reject('withdrawal-suspended', { asset: asset.asset })
      : reject('network-unknown', { network: request.network, asset: asset.asset });
  }
  if (!network.withdrawEnabled) {
    return reject('withdrawal-suspended', { asset: asset.asset, network: network.network });
  }
  const destination = destinationIn({ asset, network }, request);
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') {
    const { addressTag } = destination;
    const isSuperfluous = addressTag !== '' && catalog.networks.get(network.network)?.tag === null;
    return place === 'address-tag-invalid' && isSuperfluous
      ? reject('address-tag-unsupported', { addressTag, network: network.network })
      : rejectDestination(place, destination);
  }
  const amount = unitsOf(request.amount, asset.scale);
  if (amount === null) return reject('precision-exceeded', { asset: asset.asset, scale: asset.scale });
  return { asset, network, amount };
}

export function checkAmount({ asset, network, amount }: Terms): Rejection<AmountError> | undefined {
  if (amount < network.withdrawMinimum) {
    return reject('amount-below-minimum', { minimum: formatUnits(network.withdrawMinimum, asset.scale) });
  }
  if (amount % network.withdrawMultiple !== 0n) {
    return reject('amount-not-multiple', { multiple: formatUnits(network.withdrawMultiple, asset.scale) });
  }
  return amount <= network.withdrawFee ? reject('amount-not-above-fee') : undefined;
}
