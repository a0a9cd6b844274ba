/**
 * The request for a withdrawal. A repetition under the same `withdrawOrderId` gets the first reply if it has the same
 * content, and is rejected otherwise.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Decimal, formatDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Answers } from '../../domain/travel-rule/questionnaire.ts';
import { questionnaireOf, withdrawalByOrderId } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';
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
};

/** `trId`: the number of its questionnaire. */
export type WithdrawalReceipt = { readonly id: string; readonly trId?: number };

/** @returns the first reply if the order id was used with the same content, or a rejection if with other content. */
export function replayOf(request: WithdrawalRequest, rows: Rows) {
  if (request.orderId === undefined) return undefined;
  const earlier = rows.one(withdrawalByOrderId(request.accountId, request.orderId));
  if (earlier === undefined) return undefined;
  if (earlier.orderContent !== contentOf(request)) return reject('order-id-reused');
  if (request.questionnaire === undefined) return { reply: { id: earlier.id }, writes: [] };
  const answered = rows.one(questionnaireOf(earlier.id));
  if (answered === undefined) return { reply: { id: earlier.id }, writes: [] };
  return isDeepStrictEqual(answered.questionnaire, asStored(request.questionnaire))
    ? { reply: { id: earlier.id, trId: answered.trId }, writes: [] }
    : reject('order-id-reused');
}

/** JSON has no negative zero and no numbers beyond those of a double: they are stored as 0 and null. */
const asStored = (questionnaire: Answers): unknown => JSON.parse(JSON.stringify(questionnaire));

/** The questionnaire of the withdrawal that the order id names. */
export function earlierQuestionnaire(request: WithdrawalRequest, rows: Rows): readonly Lookup[] {
  const { accountId, orderId, questionnaire } = request;
  if (orderId === undefined || questionnaire === undefined) return [];
  const earlier = rows.one(withdrawalByOrderId(accountId, orderId));
  return earlier === undefined ? [] : [questionnaireOf(earlier.id) as Lookup];
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
