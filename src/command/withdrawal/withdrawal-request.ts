/**
 * The request for a withdrawal. A repetition under the same `withdrawOrderId` gets the first reply if it has the same
 * content, and is rejected otherwise.
 */
import { type Decimal, formatDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Answers } from '../../domain/travel-rule/questionnaire.ts';
import { withdrawalByOrderId } from '../../store/lookups.ts';
import type { Rows } from '../../store/port.ts';
import type { FeeRecipient } from '../../store/tables.ts';

export type WithdrawalRequest = {
  readonly accountId: number;
  readonly asset: string;
  readonly network?: string | undefined;
  readonly address: string;
  readonly addressTag?: string | undefined;
  /** The gross amount. */
  readonly amount: Decimal;
  /** The wallet that pays: Spot unless given. */
  readonly wallet?: Wallet | undefined;
  /** The recipient of the fee if the withdrawal stays within the exchange; undefined: the exchange. */
  readonly feeTo?: FeeRecipient | undefined;
  readonly name?: string | undefined;
  readonly orderId?: string | undefined;
  /** The answers that the travel rule requires. They are not part of the content that an order id names. */
  readonly questionnaire?: Answers | undefined;
  /** The operator who created the key that signed the request, if one did. Not part of the content either. */
  readonly keyOperator?: string | undefined;
};

/** `trId`: the number of its questionnaire. */
export type WithdrawalReceipt = { readonly id: string; readonly trId?: number };

/** The withdrawal that the order id names, or a rejection if its content is another. */
export function earlierOf(request: WithdrawalRequest, rows: Rows) {
  if (request.orderId === undefined) return undefined;
  const earlier = rows.one(withdrawalByOrderId(request.accountId, request.orderId));
  return earlier === undefined || earlier.orderContent === contentOf(request)
    ? earlier
    : reject('order-id-reused');
}

export function contentOf(request: WithdrawalRequest): string {
  const { asset, network, address, addressTag, amount, name, wallet, feeTo } = request;
  return JSON.stringify([
    asset,
    network ?? null,
    address,
    addressTag ?? null,
    formatDecimal(amount),
    name ?? null,
    wallet ?? 'spot',
    feeTo ?? null,
  ]);
}
