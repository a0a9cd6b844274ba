/**
 * Submits a withdrawal: checks it by every rule of the asset and network, holds the gross amount, and sends it on its
 * way. With a `withdrawOrderId` the same content answers the first reply for ever, other content is refused.
 */
import { type Decimal, formatDecimal, formatUnits, unitsOf } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { type Asset, type AssetNetwork, type Catalog, networkOf } from '../../domain/catalog/catalog.ts';
import { customerAccount } from '../../domain/ledger/ledger.ts';
import { accountById, balanceOf, withdrawalByOrderId, withdrawalsSince } from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { Draft } from '../draft.ts';
import {
  ownAddressLookups,
  ownerLookups,
  placeOf,
  type Recipient,
  recipientLookups,
  recipientOf,
  recipientRefusal,
  type Sent,
  sendWithdrawal,
} from './withdrawal-send.ts';

export type WithdrawalRequest = {
  readonly accountId: number;
  readonly asset: string;
  readonly network?: string | undefined;
  readonly address: string;
  readonly addressTag?: string | undefined;
  /** Gross. */
  readonly amount: Decimal;
  readonly name?: string | undefined;
  readonly orderId?: string | undefined;
};

export type WithdrawalReceipt = { readonly id: string };

type Terms = {
  readonly asset: Asset;
  readonly network: AssetNetwork;
  readonly amount: bigint;
};

const dayMs = 86_400_000;

export const submitWithdrawal: Command<WithdrawalRequest, WithdrawalReceipt> = {
  name: 'withdrawal-submit',
  prefetch: [
    (request, _rows, context) => [
      accountById(request.accountId),
      balanceOf(request.accountId, request.asset),
      ...(request.orderId === undefined ? [] : [withdrawalByOrderId(request.accountId, request.orderId)]),
      ...destinationLookups(request, context),
    ],
    (request, rows, context) => {
      const destination = destinationOf(request, context.catalog);
      return destination ? ownerLookups(destination, rows, context.catalog) : [];
    },
    (request, rows, context) => {
      const destination = destinationOf(request, context.catalog);
      return destination ? recipientLookups(destination, rows, context.catalog) : [];
    },
  ],
  decide(request, rows, context) {
    const replay = replayOf(request, rows);
    if (replay !== undefined) return replay;
    const account = rows.one(accountById(request.accountId));
    if (account === undefined || !account.enabled) return reject('withdrawal-limited');
    const terms = checkTerms(request, context.catalog);
    if ('rejected' in terms) return terms;
    const draft = new Draft(rows, context);
    const recipient = recipientOf(destinationIn(terms, request), rows, context.catalog);
    const refusal =
      checkAmount(terms) ??
      checkDailyMaximum(request, terms, rows, context) ??
      checkMoney(request, terms, draft) ??
      recipientRefusal(recipient);
    return refusal ?? hold(request, terms, account, draft, recipient, context);
  },
};

function destinationOf(request: WithdrawalRequest, catalog: Catalog) {
  const asset = catalog.assets.get(request.asset);
  const network = asset && networkOf(asset, request.network);
  return network && destinationIn({ asset, network }, request);
}

function destinationIn({ asset, network }: Pick<Terms, 'asset' | 'network'>, request: WithdrawalRequest) {
  const { address, addressTag = '' } = request;
  return { network: network.network, asset: asset.asset, address, address_tag: addressTag };
}

function destinationLookups(
  request: WithdrawalRequest,
  { catalog, nowMs }: DecisionContext,
): readonly Lookup[] {
  const destination = destinationOf(request, catalog);
  const lookups: Lookup[] = destination ? [...ownAddressLookups(destination, catalog)] : [];
  if (catalog.assets.get(request.asset)?.withdrawMaximumPerDay != null) {
    lookups.push(withdrawalsSince(request.accountId, nowMs - dayMs));
  }
  return lookups;
}

/** The same idempotency key and content answer the first reply, for ever. */
function replayOf(request: WithdrawalRequest, rows: Rows) {
  if (request.orderId === undefined) return undefined;
  const earlier = rows.one(withdrawalByOrderId(request.accountId, request.orderId));
  if (earlier === undefined) return undefined;
  if (earlier.order_content !== contentOf(request)) return reject('order-id-reused');
  return { reply: { id: earlier.id }, writes: [] };
}

function contentOf({ asset, network, address, addressTag, amount, name }: WithdrawalRequest): string {
  return JSON.stringify([
    asset,
    network ?? null,
    address,
    addressTag ?? null,
    formatDecimal(amount),
    name ?? null,
  ]);
}

function checkTerms(request: WithdrawalRequest, catalog: Catalog): Terms | Rejection {
  const asset = catalog.assets.get(request.asset);
  if (asset === undefined) return reject('asset-unknown');
  const network = networkOf(asset, request.network);
  if (network === undefined) {
    return request.network === undefined
      ? reject('withdrawal-suspended')
      : reject('parameter-invalid', { parameter: 'network' });
  }
  if (!network.withdrawEnabled) return reject('withdrawal-suspended');
  const place = placeOf(destinationIn({ asset, network }, request), catalog);
  if (typeof place === 'string') return reject(place);
  const amount = unitsOf(request.amount, asset.scale);
  if (amount === null) return reject('precision-exceeded');
  return { asset, network, amount };
}

function checkAmount({ asset, network, amount }: Terms): Rejection | undefined {
  if (amount < network.withdrawMinimum) {
    return reject('amount-below-minimum', { minimum: formatUnits(network.withdrawMinimum, asset.scale) });
  }
  if (amount % network.withdrawMultiple !== 0n) {
    return reject('amount-not-multiple', { multiple: formatUnits(network.withdrawMultiple, asset.scale) });
  }
  return amount <= network.withdrawFee ? reject('amount-not-above-fee') : undefined;
}

/** Withdrawals that came to nothing do not count towards the maximum of 24 hours. */
const uncounted: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'failed']);

function checkDailyMaximum(
  request: WithdrawalRequest,
  { asset, amount }: Terms,
  rows: Rows,
  { nowMs }: DecisionContext,
): Rejection | undefined {
  const maximum = asset.withdrawMaximumPerDay;
  if (maximum === null) return undefined;
  const spent = rows
    .all(withdrawalsSince(request.accountId, nowMs - dayMs))
    .filter((row) => row.asset === asset.asset && !uncounted.has(row.stage))
    .reduce((sum, row) => sum + row.amount, 0n);
  return spent + amount > maximum ? reject('amount-above-maximum') : undefined;
}

function checkMoney(
  { accountId }: WithdrawalRequest,
  { asset, amount }: Terms,
  draft: Draft,
): Rejection | undefined {
  return draft.free(accountId, asset.asset) < amount ? reject('balance-insufficient') : undefined;
}

function hold(
  request: WithdrawalRequest,
  terms: Terms,
  account: Row<'accounts'>,
  draft: Draft,
  recipient: Recipient,
  context: DecisionContext,
) {
  const { amount, asset, network } = terms;
  const id = context.ids.recordId();
  const base = {
    id,
    account_id: request.accountId,
    ...destinationIn(terms, request),
    amount,
    fee: network.withdrawFee,
  };
  draft.post({
    kind: 'withdrawal-hold',
    asset: base.asset,
    amount,
    debit: customerAccount(base.account_id, 'free'),
    credit: customerAccount(base.account_id, 'held'),
    reference: id,
  });
  const sent = firstStage(account, asset, amount) ?? sendWithdrawal(draft, base, recipient, context);
  draft.write({
    insert: 'withdrawals',
    row: {
      ...base,
      ...sent,
      waiting_for: null,
      name: request.name ?? null,
      order_id: request.orderId ?? null,
      order_content: request.orderId === undefined ? null : contentOf(request),
      signed_transaction: null,
      failure: null,
      applied_at: context.nowMs,
    },
  });
  return draft.reply({ id });
}

/** Somebody has to look at it first: the customer by e-mail, or an operator above the auto-approval limit. */
function firstStage(account: Row<'accounts'>, asset: Asset, amount: bigint): Sent | undefined {
  if (account.withdraw_confirmation === 'email') return { stage: 'email-sent', tx_id: '', settled_at: null };
  return needsApproval(asset, amount)
    ? { stage: 'awaiting-approval', tx_id: '', settled_at: null }
    : undefined;
}

export function needsApproval(asset: Asset, amount: bigint): boolean {
  return asset.autoApprovalLimit !== null && amount > asset.autoApprovalLimit;
}
