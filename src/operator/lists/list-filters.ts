/** Reads the filters of lists: names are looked up, amounts become units, and addresses get all of their spellings. */
import { type Decimal, pow10 } from '../../contract/decimal.ts';
import { isRejection, type Rejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { canonicalTransactionId } from '../../domain/address/address.ts';
import { spellingsOfAddress } from '../../domain/address/spellings.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { AmountRange, SeqInterval, TimedTable } from '../../store/reads/lists.ts';
import type { Range } from '../../store/reads/page.ts';
import type { OperatorParts } from '../handler.ts';
import { decimalOf } from '../handlers/subject.ts';

type Invalid = Rejection<'operator-invalid'>;

/** @returns the id of the account that a filter names; undefined if there is none. */
export async function accountIdOf(
  { reads }: Pick<OperatorParts, 'reads'>,
  account: string | undefined,
): Promise<number | undefined | Invalid> {
  if (account === undefined) return undefined;
  const email = normaliseEmail(account);
  const row = await reads.row('accounts', { email });
  return row?.id ?? invalid(`query.account: there is no account ${email}`);
}

/** The asset and the network of a filter, which must exist, so that a misspelt one is not an empty list. */
export function problemOfNames(
  { catalog }: Pick<OperatorParts, 'catalog'>,
  { asset, network }: { readonly asset?: string; readonly network?: string },
): Invalid | undefined {
  const { assets, networks } = catalog();
  if (asset !== undefined && !assets.has(asset)) return invalid(`query.asset: ${asset} is not defined`);
  if (network !== undefined && !networks.has(network))
    return invalid(`query.network: ${network} is not defined`);
  return undefined;
}

/** The asset is known to exist. Bounds with more decimals than it has exclude the unit that they lie in. */
export function amountRangeOf(
  { catalog }: Pick<OperatorParts, 'catalog'>,
  { asset, minAmount, maxAmount }: { readonly asset?: string; minAmount?: string; maxAmount?: string },
): AmountRange | Invalid {
  if (minAmount === undefined && maxAmount === undefined) return {};
  const known: Partial<Asset> | undefined = asset === undefined ? undefined : catalog().assets.get(asset);
  const scale = known?.scale;
  if (scale === undefined)
    return invalid(`query.${minAmount === undefined ? 'maxAmount' : 'minAmount'}: needs asset`);
  const min = minAmount === undefined ? undefined : unitsAbove(decimalOf(minAmount), scale);
  const max = maxAmount === undefined ? undefined : unitsBelow(decimalOf(maxAmount), scale);
  if (min !== undefined && max !== undefined && min > max)
    return invalid('query.minAmount: is above maxAmount');
  return { min, max };
}

function unitsBelow({ coefficient, scale: decimals }: Decimal, scale: number): bigint {
  if (decimals <= scale) return coefficient * pow10(scale - decimals);
  return coefficient / pow10(decimals - scale);
}

function unitsAbove(decimal: Decimal, scale: number): bigint {
  const below = unitsBelow(decimal, scale);
  const isExact = decimal.scale <= scale || below * pow10(decimal.scale - scale) === decimal.coefficient;
  return isExact ? below : below + 1n;
}

export function rangeOf({
  startTime: from,
  endTime: to,
}: {
  readonly startTime?: number;
  readonly endTime?: number;
}): Range | Invalid {
  return from !== undefined && to !== undefined && from > to
    ? invalid('query.startTime: is after endTime')
    : { from, to };
}

/** All spellings under which a transaction id may be stored. */
export function spellingsOfTransaction(
  { catalog }: Pick<OperatorParts, 'catalog'>,
  txId: string,
): readonly string[] {
  const spellings = [...catalog().networks.values()].map((rules) => canonicalTransactionId(rules, txId));
  return [...new Set([txId, ...spellings.filter((each) => each !== null)])];
}

/** All spellings under which an address may be stored, at least the one given. */
export function spellingsOf(
  { catalog }: Pick<OperatorParts, 'catalog'>,
  network: string | undefined,
  address: string,
): readonly string[] {
  const { networks } = catalog();
  const named = network === undefined ? [...networks.values()] : [networks.get(network)];
  const spellings = named.flatMap((rules) => (rules ? spellingsOfAddress(rules, address) : []));
  return [...new Set([address, ...spellings])];
}

/** The numbers of the rows in a time range; undefined without one. */
export async function intervalOf(
  { reads }: Pick<OperatorParts, 'reads'>,
  table: TimedTable,
  range: Range,
): Promise<SeqInterval | undefined> {
  if (range.from === undefined && range.to === undefined) return undefined;
  return reads.seqsInRange(table, range);
}

type CommonQuery = {
  readonly account?: string;
  readonly asset?: string;
  readonly network?: string;
  readonly minAmount?: string;
  readonly maxAmount?: string;
  readonly startTime?: number;
  readonly endTime?: number;
};

/** The filters that lists of movements share. */
export async function commonFilter(table: TimedTable, query: CommonQuery, parts: OperatorParts) {
  const { asset, network } = query;
  const problem = problemOfNames(parts, query);
  if (problem !== undefined) return problem;
  const range = rangeOf(query);
  if (isRejection(range)) return range;
  const amount = amountRangeOf(parts, query);
  if (isRejection(amount)) return amount;
  const accountId = await accountIdOf(parts, query.account);
  if (isRejection(accountId)) return accountId;
  const seqs = await intervalOf(parts, table, range);
  return { ...range, ...amount, accountId, asset, network, seqs };
}
