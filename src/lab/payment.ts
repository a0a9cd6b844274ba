/**
 * What a withdrawal is meant to do, and which look-ups would find it. Two withdrawals are the same payment if account,
 * asset, network, address, tag and amount are equal.
 */
import { type Decimal, formatDecimal } from '../contract/decimal.ts';
import type { RequestContext } from '../customer/request-context.ts';
import { type Catalog, networkOf } from '../domain/catalog/catalog.ts';
import { operationNames, withdrawals } from './operations.ts';

export type Payment = {
  readonly accountId: number;
  readonly asset: string;
  /** null: the asset does not exist. */
  readonly network: string | null;
  readonly address: string;
  /** '' if there is none. */
  readonly addressTag: string;
  /** Canonical. */
  readonly amount: string;
  readonly orderId: string | null;
  readonly hasQuestionnaire: boolean;
};

/** The filters of a history; absent ones are undefined. Times are world time in ms. */
export type Lookup = {
  readonly asset: string | undefined;
  readonly orderId: string | undefined;
  readonly ids: readonly string[] | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Whether it leaves out rows for another reason: a status, or the newest ones. */
  readonly isPartial: boolean;
  /** Whether it shows only withdrawals that were submitted with a questionnaire. */
  readonly onlyQuestionnaires: boolean;
};

const histories = operationNames.get('withdrawHistory') as ReadonlySet<string>;

/** @returns null if the request submits no withdrawal, or its parameters have not been read. */
export function paymentOf({ operation, key, values }: RequestContext, catalog: Catalog): Payment | null {
  const { address, addressTag, withdrawOrderId } = values;
  const amount = values.amount as Decimal | undefined;
  if (!withdrawals.has(operation.id) || key === undefined || amount === undefined) return null;
  const asset = String(values.asset ?? values.coin);
  const rules = catalog.assets.get(asset);
  const named = values.network as string | undefined;
  return {
    accountId: key.account.id,
    asset,
    network: rules === undefined ? (named ?? null) : (networkOf(rules, named)?.network ?? named ?? null),
    address: String(address),
    addressTag: addressTag === undefined ? '' : String(addressTag),
    amount: formatDecimal(amount),
    orderId: withdrawOrderId === undefined ? null : String(withdrawOrderId),
    hasQuestionnaire: values.questionnaire !== undefined,
  };
}

export function lookupOf({ operation, values }: RequestContext): Lookup | null {
  if (!histories.has(operation.id)) return null;
  const { withdrawOrderId, idList, startTime, endTime, status, offset, trId, txId, network } = values;
  const filters = [status, values.travelRuleStatus, trId, txId, network];
  return {
    asset: (values.asset ?? values.coin) as string | undefined,
    orderId: withdrawOrderId as string | undefined,
    ids: idList as readonly string[] | undefined,
    from: startTime as number | undefined,
    to: endTime as number | undefined,
    isPartial: filters.some((filter) => filter !== undefined) || Number(offset ?? 0) > 0,
    onlyQuestionnaires: operation.id.startsWith('localentity'),
  };
}

export function isSamePayment(one: Payment, other: Payment): boolean {
  return (
    one.accountId === other.accountId &&
    one.asset === other.asset &&
    one.network === other.network &&
    one.address === other.address &&
    one.addressTag === other.addressTag &&
    one.amount === other.amount
  );
}

/** Whether a history with these filters shows the withdrawal, if it exists. */
export function wouldFind(
  lookup: Lookup,
  { asset, orderId, hasQuestionnaire }: Payment,
  withdrawal: { readonly id: string | null; readonly at: number },
): boolean {
  const { ids, from, to } = lookup;
  return (
    !lookup.isPartial &&
    (hasQuestionnaire || !lookup.onlyQuestionnaires) &&
    (lookup.asset === undefined || lookup.asset === asset) &&
    (lookup.orderId === undefined || lookup.orderId === orderId) &&
    (ids === undefined || (withdrawal.id !== null && ids.includes(withdrawal.id))) &&
    (from === undefined || from <= withdrawal.at) &&
    (to === undefined || to >= withdrawal.at)
  );
}
