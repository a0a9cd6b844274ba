/**
 * What happens to a withdrawal that nobody needs to look at any more: to an address of this same exchange it settles
 * at once between the two customers, to any other it is queued for the chain.
 */
import { type Rejection, reject } from '../contract/errors.ts';
import { defaultTagRule } from '../domain/address/address.ts';
import { meaningOf } from '../domain/address/destination.ts';
import type { Catalog } from '../domain/catalog.ts';
import { customerAccount, house } from '../domain/ledger.ts';
import type { WithdrawalStage } from '../domain/withdrawal-stage.ts';
import { balanceOf, depositAddressAt } from '../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import type { Draft } from './draft.ts';

type Destination = Pick<Row<'withdrawals'>, 'network' | 'address' | 'address_tag' | 'asset'>;
type Sending = Destination & Pick<Row<'withdrawals'>, 'id' | 'account_id' | 'amount' | 'fee'>;
export type Sent = {
  readonly stage: WithdrawalStage;
  readonly tx_id: string;
  readonly settled_at: number | null;
};

/** First stage of the prefetch: whose address is it? */
export function destinationLookup(destination: Destination, catalog: Catalog): Lookup<'deposit_addresses'> {
  const { network, address, address_tag, asset } = destination;
  const rules = catalog.assets.get(asset)?.networks.find((each) => each.network === network);
  if (rules === undefined) return depositAddressAt(network, address, address_tag);
  const { key, tag } = meaningOf(rules, defaultTagRule(rules.addressFormat), address, address_tag);
  return depositAddressAt(network, key, tag);
}

/** Second stage: the balance of the customer who gets it. */
export function recipientLookups(destination: Destination, rows: Rows, catalog: Catalog): readonly Lookup[] {
  const recipient = recipientOf(destination, rows, catalog);
  return recipient ? [balanceOf(recipient.account_id, destination.asset)] : [];
}

export function recipientOf(
  destination: Destination,
  rows: Rows,
  catalog: Catalog,
): Row<'deposit_addresses'> | undefined {
  return rows.one(destinationLookup(destination, catalog));
}

/** An address of this exchange that was issued for another asset cannot receive this one. */
export function recipientRefusal(
  { asset }: Pick<Destination, 'asset'>,
  recipient: Row<'deposit_addresses'> | undefined,
): Rejection | undefined {
  return recipient !== undefined && recipient.asset !== asset ? reject('address-invalid') : undefined;
}

/** Sends a withdrawal whose amount is already held: to one of us, or to the chain. */
export function sendWithdrawal(
  draft: Draft,
  sending: Sending,
  recipient: Row<'deposit_addresses'> | undefined,
  context: DecisionContext,
): Sent {
  if (recipient === undefined) return { stage: 'queued', tx_id: '', settled_at: null };
  const txId = `Internal transfer ${context.ids.tranId()}`;
  settleInternally(draft, sending, recipient, txId, context);
  return { stage: 'completed', tx_id: txId, settled_at: context.nowMs };
}

function settleInternally(
  draft: Draft,
  { id, account_id, asset, amount, fee, network }: Sending,
  recipient: Row<'deposit_addresses'>,
  txId: string,
  { ids, nowMs }: DecisionContext,
): void {
  const held = customerAccount(account_id, 'held');
  const credit = customerAccount(recipient.account_id, 'free');
  const net = amount - fee;
  draft.post({ kind: 'withdrawal-internal', asset, amount: net, debit: held, credit, reference: id });
  draft.post({ kind: 'withdrawal-fee', asset, amount: fee, debit: held, credit: house.fees, reference: id });
  draft.write({
    insert: 'deposits',
    row: {
      id: ids.recordId(),
      account_id: recipient.account_id,
      asset,
      network,
      address: recipient.address,
      address_tag: recipient.address_tag,
      tx_id: txId,
      output_index: 0,
      amount: net,
      remainder: '0',
      stage: 'completed',
      confirmations: 0,
      inserted_at: nowMs,
    },
  });
}
