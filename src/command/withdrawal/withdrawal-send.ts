/**
 * What happens to a withdrawal that nobody needs to look at any more: to an address of this same exchange it settles
 * at once between the two customers, to any other it is queued for the chain.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { readDestination } from '../../domain/address/destination.ts';
import { assetOfStored, type Catalog, type StoredAsset } from '../../domain/catalog/catalog.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import type { WithdrawalStage } from '../../domain/withdrawal/withdrawal-stage.ts';
import { assetNamed, balanceOf, depositAddressAt, ownAddress } from '../../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

type Destination = Pick<Row<'withdrawals'>, 'network' | 'address' | 'addressTag' | 'asset'>;
type Sending = Destination & Pick<Row<'withdrawals'>, 'id' | 'accountId' | 'amount' | 'fee'>;
export type Sent = {
  readonly stage: WithdrawalStage;
  readonly txId: string;
  readonly settledAt: number | null;
};

/** Where on the networks a withdrawal goes. */
type Place = { readonly group: string; readonly key: string; readonly tag: string };

/** @returns the id of the error where the network would not pay there. */
export function placeOf(
  { network: code, address, addressTag }: Destination,
  { networks }: Catalog,
): Place | 'address-invalid' | 'address-tag-invalid' {
  const network = networks.get(code);
  if (network === undefined) return 'address-invalid';
  const read = readDestination(network, network.tag, address, addressTag);
  return typeof read === 'string' ? read : { group: network.addressGroup, ...read };
}

/** First stage of the prefetch: is it an address of this exchange? */
export function ownAddressLookups(destination: Destination, catalog: Catalog): readonly Lookup[] {
  const place = placeOf(destination, catalog);
  return typeof place === 'string' ? [] : [ownAddress(place.group, place.key) as Lookup];
}

/** Whether it is an address of this exchange, whoever has which tag there. */
export function isOwnAddress(destination: Destination, rows: Rows, catalog: Catalog): boolean {
  const place = placeOf(destination, catalog);
  return typeof place !== 'string' && rows.one(ownAddress(place.group, place.key)) !== undefined;
}

/** Second stage: whose is it, with that tag? */
export function ownerLookups(destination: Destination, rows: Rows, catalog: Catalog): readonly Lookup[] {
  const place = placeOf(destination, catalog);
  return typeof place !== 'string' && isOwnAddress(destination, rows, catalog)
    ? [depositAddressAt(place.group, place.key, place.tag) as Lookup]
    : [];
}

/** Third stage: the balance of the customer who gets it. */
export function recipientLookups(destination: Destination, rows: Rows, catalog: Catalog): readonly Lookup[] {
  const recipient = recipientOf(destination, rows, catalog);
  return typeof recipient === 'object' ? [balanceOf(recipient.accountId, destination.asset)] : [];
}

/**
 * An internal transfer is final at once, so it follows the rules of the asset as they are now: another process may have
 * closed the network a moment ago. For anything else the claim for the broadcast checks again.
 */
export function latestCatalog(asset: string, rows: Rows, catalog: Catalog): Catalog {
  const row = rows.one(assetNamed(asset));
  if (row === undefined) return catalog;
  const latest = assetOfStored(row.definition as StoredAsset);
  return { ...catalog, assets: new Map(catalog.assets).set(asset, latest) };
}

/** `outside`: the address is none of this exchange's. An error: it is, and what is sent there would have no owner. */
export type Recipient = Row<'deposit_addresses'> | 'outside' | 'address-invalid' | 'address-tag-invalid';

/** Who gets it. */
export function recipientOf(destination: Destination, rows: Rows, catalog: Catalog): Recipient {
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') return place;
  if (rows.one(ownAddress(place.group, place.key)) === undefined) return 'outside';
  const owner = rows.one(depositAddressAt(place.group, place.key, place.tag));
  if (owner === undefined) return 'address-tag-invalid';
  const asset = catalog.assets.get(destination.asset);
  const network = asset?.networks.find((each) => each.network === destination.network);
  return network?.depositEnabled ? owner : 'address-invalid';
}

export function recipientRefusal(recipient: Recipient): Rejection | undefined {
  return recipient === 'address-invalid' || recipient === 'address-tag-invalid'
    ? reject(recipient)
    : undefined;
}

/** Sends a withdrawal whose amount is already held: to one of us, or to the chain. The recipient is not refused. */
export function sendWithdrawal(
  work: UnitOfWork,
  sending: Sending,
  recipient: Recipient,
  context: DecisionContext,
): Sent {
  if (recipient === 'address-invalid' || recipient === 'address-tag-invalid') {
    throw new Error(`a withdrawal to nobody: ${sending.id}`);
  }
  if (recipient === 'outside') return { stage: 'queued', txId: '', settledAt: null };
  const txId = `Internal transfer ${context.ids.tranId()}`;
  settleInternally(work, sending, recipient, txId, context);
  return { stage: 'completed', txId, settledAt: context.nowMs };
}

function settleInternally(
  work: UnitOfWork,
  { id, accountId, asset, amount, fee, network }: Sending,
  recipient: Row<'deposit_addresses'>,
  txId: string,
  { ids, nowMs }: DecisionContext,
): void {
  const held = customerAccount(accountId, 'held');
  const credit = customerAccount(recipient.accountId, 'free');
  const net = amount - fee;
  work.post({ kind: 'withdrawal-internal', asset, amount: net, debit: held, credit, reference: id });
  work.post({
    kind: 'withdrawal-fee',
    asset,
    amount: fee,
    debit: held,
    credit: exchangeAccounts.fees,
    reference: id,
  });
  work.write({
    insert: 'deposits',
    row: {
      id: ids.recordId(),
      accountId: recipient.accountId,
      asset,
      network,
      address: recipient.address,
      addressTag: recipient.addressTag,
      txId,
      outputIndex: 0,
      amount: net,
      remainder: '0',
      stage: 'completed',
      confirmations: 0,
      insertedAt: nowMs,
    },
  });
}
