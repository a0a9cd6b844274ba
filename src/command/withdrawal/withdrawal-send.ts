/**
 * Sends a withdrawal that requires no further decision. If the address belongs to this exchange, the withdrawal settles
 * at once between the two customers; otherwise it is queued for the chain.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { readDestination } from '../../domain/address/destination.ts';
import { assetOfStored, type Catalog } from '../../domain/catalog/catalog.ts';
import { internalTransferId } from '../../domain/ledger/internal-transfer.ts';
import {
  customerAccount,
  exchangeAccounts,
  type LedgerAccount,
  type TransferKind,
} from '../../domain/ledger/ledger.ts';
import { depositAddressAt, importedAddress, ownAddress } from '../../store/address-lookups.ts';
import { assetNamed, balanceOf } from '../../store/lookups.ts';
import type { AnyLookup, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

export type Destination = Pick<Row<'withdrawals'>, 'network' | 'address' | 'addressTag' | 'asset'>;
export type Sending = Destination &
  Pick<Row<'withdrawals'>, 'id' | 'accountId' | 'wallet' | 'amount' | 'fee' | 'feeTo'>;

/** The columns of the withdrawal to set. */
export type Sent = Pick<Row<'withdrawals'>, 'stage' | 'txId' | 'settledAt'> & Partial<Charge>;

/** The amount that a withdrawal takes from its wallet, and the part of it that is the fee. */
type Charge = Pick<Row<'withdrawals'>, 'amount' | 'fee'>;

/** The destination as address group, normalised address and tag. */
type Place = { readonly group: string; readonly key: string; readonly tag: string };

/** @returns the id of an error if the destination is not valid on the network. */
export function placeOf(
  { network: code, address, addressTag }: Destination,
  { networks }: Catalog,
): Place | 'address-invalid' | 'address-tag-invalid' {
  const network = networks.get(code);
  if (network === undefined) return 'address-invalid';
  const read = readDestination(network, network.tag, address, addressTag);
  return typeof read === 'string' ? read : { group: network.addressGroup, ...read };
}

/** First stage of the prefetch: whether the address belongs to this exchange. */
export function ownAddressLookups(destination: Destination, catalog: Catalog): readonly AnyLookup[] {
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') return [];
  const { group, key } = place;
  return isPooled(destination, catalog)
    ? [ownAddress(group, key), importedAddress(group, key)]
    : [ownAddress(group, key)];
}

/** Whether the deposit addresses of the network are imported: those that no customer has belong to this exchange too. */
const isPooled = ({ network }: Destination, { connectors }: Catalog) => connectors.get(network) === 'manual';

/** @returns whether the address belongs to this exchange, regardless of the tag and of whether a customer has it. */
export function isOwnAddress(destination: Destination, rows: Rows, catalog: Catalog): boolean {
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') return false;
  const isIssued = rows.one(ownAddress(place.group, place.key)) !== undefined;
  return isIssued || isImported(destination, place, rows, catalog);
}

function isImported(destination: Destination, { group, key }: Place, rows: Rows, catalog: Catalog): boolean {
  return isPooled(destination, catalog) && rows.one(importedAddress(group, key)) !== undefined;
}

/** Second stage of the prefetch: the account that owns the address with this tag. */
export function ownerLookups(
  destination: Destination,
  rows: Rows,
  catalog: Catalog,
): readonly Lookup<'deposit_addresses'>[] {
  const place = placeOf(destination, catalog);
  return typeof place !== 'string' && isOwnAddress(destination, rows, catalog)
    ? [depositAddressAt(place.group, place.key, place.tag)]
    : [];
}

/** Third stage of the prefetch: the balance of the recipient. */
export function recipientLookups(
  destination: Destination,
  rows: Rows,
  catalog: Catalog,
): readonly Lookup<'balances'>[] {
  const recipient = recipientOf(destination, rows, catalog);
  return typeof recipient === 'object' ? [balanceOf(recipient.accountId, destination.asset)] : [];
}

/**
 * An internal transfer is final at once, so it uses the asset as stored: another process may just have closed the
 * network. For other withdrawals the claim checks again.
 */
export function latestCatalog(asset: string, rows: Rows, catalog: Catalog): Catalog {
  const row = rows.one(assetNamed(asset));
  if (row === undefined) return catalog;
  const latest = assetOfStored(row.definition);
  return { ...catalog, assets: new Map(catalog.assets).set(asset, latest) };
}

/** `outside`: not an address of this exchange. An error id: invalid, or an address here that cannot be credited. */
export type Recipient = Row<'deposit_addresses'> | 'outside' | 'address-invalid' | 'address-tag-invalid';

export function recipientOf(destination: Destination, rows: Rows, catalog: Catalog): Recipient {
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') return place;
  // Nobody could be credited with what arrives at an imported address before a customer has it.
  if (rows.one(ownAddress(place.group, place.key)) === undefined)
    return isImported(destination, place, rows, catalog) ? 'address-invalid' : 'outside';
  const owner = rows.one(depositAddressAt(place.group, place.key, place.tag));
  if (owner === undefined) return 'address-tag-invalid';
  const asset = catalog.assets.get(destination.asset);
  const network = asset?.networks.find((each) => each.network === destination.network);
  return network?.depositEnabled ? owner : 'address-invalid';
}

type DestinationError = 'address-invalid' | 'address-tag-invalid';

export function recipientRejection(
  recipient: Recipient,
  destination: Destination,
): Rejection<DestinationError> | undefined {
  return recipient === 'address-invalid' || recipient === 'address-tag-invalid'
    ? rejectDestination(recipient, destination)
    : undefined;
}

export function rejectDestination(
  error: DestinationError,
  { network, address, addressTag }: Destination,
): Rejection<DestinationError> {
  return error === 'address-invalid'
    ? reject(error, { address, network })
    : reject(error, { addressTag, network });
}

/** Sends a withdrawal whose amount is already held. The caller must have checked the recipient. */
export function sendWithdrawal(
  work: UnitOfWork,
  sending: Sending,
  recipient: Recipient,
  context: DecisionContext,
): Sent {
  if (recipient === 'address-invalid' || recipient === 'address-tag-invalid') {
    throw new Error(`withdrawal ${sending.id} has no recipient`);
  }
  if (recipient === 'outside') return { stage: 'queued', txId: '', settledAt: null };
  const txId = internalTransferId(context.ids.tranId());
  const charge = chargeWithin(sending);
  settleInternally(work, sending, charge, recipient, txId, context);
  return { stage: 'completed', txId, settledAt: context.nowMs, ...charge };
}

/** Within the exchange the fee is waived if the request named who gets it instead. */
function chargeWithin({ amount, fee, feeTo }: Sending): Charge {
  if (feeTo === null) return { amount, fee };
  return { amount: feeTo === 'recipient' ? amount : amount - fee, fee: 0n };
}

function settleInternally(
  work: UnitOfWork,
  { id, accountId, asset, wallet, amount: held, network }: Sending,
  { amount, fee }: Charge,
  recipient: Row<'deposit_addresses'>,
  txId: string,
  { ids, nowMs }: DecisionContext,
): void {
  const net = amount - fee;
  const pay = (kind: TransferKind, units: bigint, credit: LedgerAccount) => {
    const debit = customerAccount(accountId, 'held', wallet);
    work.post({ kind, asset, amount: units, debit, credit, reference: id });
  };
  pay('withdrawal-internal', net, customerAccount(recipient.accountId, 'free'));
  pay('withdrawal-fee', fee, exchangeAccounts.fees);
  pay('withdrawal-release', held - amount, customerAccount(accountId, 'free', wallet));
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
      completedAt: nowMs,
      blockHeight: null,
      reorganisedAt: null,
    },
  });
}
