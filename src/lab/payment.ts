/**
 * The payment that a withdrawal is to make, and the look-ups that would find it. Two withdrawals are the same payment
 * if account, asset, network, address, tag and amount are equal, whatever the spelling of the address.
 */

import { parseJson } from '../boundary/json.ts';
import { present } from '../boundary/present.ts';
import { type Decimal, formatDecimal, formatUnits } from '../contract/decimal.ts';
import type { Operation } from '../contract/operation.ts';
import type { ApiKey } from '../customer/key-ring.ts';
import type { RequestContext } from '../customer/request-context.ts';
import type { Destination } from '../domain/address/destination.ts';
import { type Catalog, networkOf, scaleOf } from '../domain/catalog/catalog.ts';
import type { Network } from '../domain/catalog/network.ts';
import { destinationOn } from '../domain/deposit/deposit-terms.ts';
import type { Row } from '../store/tables.ts';
import { operationNames, withdrawals } from './operations.ts';

export type IntendedPayment = {
  readonly accountId: number;
  readonly asset: string;
  /** null: the asset does not exist. */
  readonly network: string | null;
  readonly destination: Destination;
  /** Canonical. */
  readonly amount: string;
  readonly orderId: string | null;
  readonly hasQuestionnaire: boolean;
  /** Equal for two withdrawals that are the same payment, and for no others. */
  readonly content: string;
};

/** The filters of a history of withdrawals, and its rows. Absent filters are undefined; times are world time, ms. */
export type Lookup = {
  readonly asset: string | undefined;
  readonly orderId: string | undefined;
  readonly ids: readonly string[] | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Whether it leaves out rows for another reason: a status, or the newest ones. */
  readonly isPartial: boolean;
  /** Whether `limit` has filled the page, which may leave out others. */
  readonly isFull: boolean;
  /** The withdrawals hit by faults that the reply shows. */
  readonly shown: readonly string[];
  /** Whether it shows only withdrawals that were submitted with a questionnaire. */
  readonly onlyQuestionnaires: boolean;
};

const histories = present(operationNames.get('withdrawHistory'));

/** A request with the values of its parameters. */
export type ReadRequest = {
  readonly operation: Operation;
  readonly key: ApiKey | null;
  readonly values: Readonly<Record<string, unknown>>;
};

/** The parameters of withdrawals and of their histories, as the pipeline reads them. */
type PaymentValues = {
  readonly asset?: string;
  readonly coin?: string;
  readonly network?: string;
  readonly amount?: Decimal;
  readonly withdrawOrderId?: string;
  readonly idList?: readonly string[];
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit?: number;
};

// cast: operations that have one of these parameters declare it with this type.
const paymentValuesOf = (values: ReadRequest['values']) => values as PaymentValues;

/** The network of the request of a withdrawal; undefined: there is none. */
export function networkMeant(
  { operation, values }: Pick<ReadRequest, 'operation' | 'values'>,
  { assets, networks }: Catalog,
): Network | undefined {
  if (!withdrawals.has(operation.id)) return undefined;
  const asset = assets.get(assetOf(values));
  const named = paymentValuesOf(values).network;
  return networks.get((asset && networkOf(asset, named)?.network) ?? named ?? '');
}

const assetOf = (values: ReadRequest['values']) => String(values.asset ?? values.coin);

/**
 * @param rules of its network
 * @returns null if the request submits no withdrawal, or its parameters have not been read.
 */
export function paymentOf(
  { operation, key, values }: ReadRequest,
  rules: Network | undefined,
): IntendedPayment | null {
  const { withdrawOrderId } = values;
  const address = String(values.address);
  const addressTag = values.addressTag === undefined ? '' : String(values.addressTag);
  const { amount, network: named } = paymentValuesOf(values);
  if (!withdrawals.has(operation.id) || key === null || amount === undefined) return null;
  const network = rules?.network ?? named ?? null;
  const networks = new Map(rules && [[rules.network, rules]]);
  const content = {
    accountId: key.account.id,
    asset: assetOf(values),
    network,
    destination: destinationOn({ networks }, network ?? '', address, addressTag),
    amount: formatDecimal(amount),
  };
  return {
    ...content,
    orderId: withdrawOrderId === undefined ? null : String(withdrawOrderId),
    hasQuestionnaire: values.questionnaire !== undefined,
    content: textOf(content),
  };
}

type Content = Pick<IntendedPayment, 'accountId' | 'asset' | 'network' | 'destination' | 'amount'>;

const textOf = ({ accountId, asset, network, destination: { key, tag }, amount }: Content) =>
  JSON.stringify([accountId, asset, network, key, tag, amount]);

/** The content of the payment that a stored withdrawal is. */
export function storedContent(row: Row<'withdrawals'>, catalog: Catalog): string {
  const { accountId, asset, network, address, addressTag } = row;
  const destination = destinationOn(catalog, network, address, addressTag);
  const amount = formatUnits(row.amount, scaleOf(catalog, asset));
  return textOf({ accountId, asset, network, destination, amount });
}

/** The page that a history has shown. */
export type ShownPage = Pick<Lookup, 'isFull' | 'shown'>;

export function lookupOf({ operation, values }: ReadRequest, page: ShownPage): Lookup {
  const { status, offset, trId, txId, network } = values;
  const { asset, coin, withdrawOrderId, idList, startTime, endTime } = paymentValuesOf(values);
  const filters = [status, values.travelRuleStatus, trId, txId, network];
  return {
    asset: asset ?? coin,
    orderId: withdrawOrderId,
    ids: idList,
    from: startTime,
    to: endTime,
    isPartial: filters.some((filter) => filter !== undefined) || Number(offset ?? 0) > 0,
    ...page,
    onlyQuestionnaires: operation.id.startsWith('localentity'),
  };
}

const unlimited: ShownPage = { isFull: false, shown: [] };

/**
 * @param reply the text of the reply, which is not an error
 * @param hit the withdrawals that faults have hit, as keys
 * @returns undefined if the request is not for a history of withdrawals.
 */
export function shownPageOf(
  { operation, values }: Pick<RequestContext, 'operation' | 'values'>,
  reply: string,
  hit: Hit,
): ShownPage | undefined {
  if (!histories.has(operation.id)) return undefined;
  const { limit } = paymentValuesOf(values);
  if (limit === undefined && hit.size === 0) return unlimited;
  const page = parseJson<readonly Shown[] | { readonly withdrawList?: readonly Shown[] }>(reply);
  // cast: a reply that is not an object with a list is the list itself.
  const rows = 'withdrawList' in page ? (page.withdrawList ?? []) : (page as readonly Shown[]);
  const ids = new Set(rows.map(({ id }) => id));
  // Not the texts of the reply, which would be kept in memory.
  const shown = [...hit.keys()].filter((id) => ids.has(id));
  return { isFull: limit !== undefined && rows.length >= limit, shown };
}

type Shown = { readonly id: string };
type Hit = Pick<ReadonlyMap<string, unknown>, 'keys' | 'size'>;

/** Whether a history with these filters shows the withdrawal, if it exists and no effect hides it. */
export function wouldFind(
  lookup: Lookup,
  { asset, orderId, hasQuestionnaire }: IntendedPayment,
  withdrawal: { readonly id: string | null; readonly at: number },
): boolean {
  const { ids, from, to, isFull, shown } = lookup;
  if (withdrawal.id !== null && shown.includes(withdrawal.id)) return true;
  // There is only one withdrawal with the order id.
  const hasRoom = !isFull || (lookup.orderId !== undefined && lookup.orderId === orderId);
  return (
    hasRoom &&
    !lookup.isPartial &&
    (hasQuestionnaire || !lookup.onlyQuestionnaires) &&
    (lookup.asset === undefined || lookup.asset === asset) &&
    (lookup.orderId === undefined || lookup.orderId === orderId) &&
    (ids === undefined || (withdrawal.id !== null && ids.includes(withdrawal.id))) &&
    (from === undefined || from <= withdrawal.at) &&
    (to === undefined || to >= withdrawal.at)
  );
}
