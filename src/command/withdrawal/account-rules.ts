/**
 * The rules that an operator sets for the withdrawals of one account. They apply to every withdrawal, also within the
 * exchange, and are checked when it is submitted, confirmed and approved.
 *
 * An account without such rules costs no lookup: its row says so.
 */
import { addDecimals, parseDecimal } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { type Answers, noTravelRule, wrongAnswerIn } from '../../domain/travel-rule/questionnaire.ts';
import { valueInUsd } from '../../domain/withdrawal/quota.ts';
import { isWhitelisted, whitelistedFrom } from '../../domain/withdrawal/whitelist.ts';
import { addressBookEntry } from '../../store/address-lookups.ts';
import { balanceOf } from '../../store/lookups.ts';
import type { AnyLookup, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { countedIn, historyOf } from './withdrawal-maximum.ts';
import { type Destination, placeOf } from './withdrawal-send.ts';

type Account = Row<'accounts'>;
/** `id`: of a withdrawal that was submitted before. */
type Ruled = Destination & {
  readonly id?: string;
  readonly amount: bigint;
  readonly questionnaire?: Answers | undefined;
};

type TravelRuleError = 'questionnaire-missing' | 'questionnaire-invalid';
export type AccountRuleError =
  | TravelRuleError
  | 'address-not-whitelisted'
  | 'amount-owed'
  | 'price-missing'
  | 'quota-exceeded';

/** The lookups that `checkAccountRules` needs. */
export function accountRuleLookups(
  account: Account | undefined,
  destination: Destination,
  context: DecisionContext,
): readonly AnyLookup[] {
  if (account === undefined) return [];
  const entry = account.whitelistOnly ? entryLookups(account.id, destination, context) : [];
  return account.withdrawQuotaUsd === null ? entry : [...entry, historyOf(account.id, context)];
}

export function checkAccountRules(
  account: Account,
  withdrawal: Ruled,
  rows: Rows,
  context: DecisionContext,
): Rejection<AccountRuleError> | undefined {
  return (
    checkOwed(account, withdrawal, rows) ??
    checkTravelRule(account, withdrawal) ??
    checkWhitelist(account, withdrawal, rows, context) ??
    checkQuota(account, withdrawal, rows, context)
  );
}

/** The caller has looked up the Spot balance, also for a withdrawal from another wallet. */
function checkOwed({ id }: Account, { asset }: Ruled, rows: Rows): Rejection<'amount-owed'> | undefined {
  const owed = rows.one(balanceOf(id, asset))?.owed ?? 0n;
  return owed > 0n ? reject('amount-owed', { asset }) : undefined;
}

export function checkTravelRule(
  { travelRuleCountry: country }: Account,
  { questionnaire }: Pick<Ruled, 'questionnaire'>,
): Rejection<TravelRuleError> | undefined {
  if (questionnaire === undefined)
    return country === noTravelRule ? undefined : reject('questionnaire-missing', { country });
  const wrong = wrongAnswerIn(questionnaire, country);
  return wrong === null ? undefined : reject('questionnaire-invalid', wrong);
}

/** Empty if the destination is not valid on its network, so that no address book can have it. */
export function entryLookups(
  accountId: number,
  destination: Destination,
  { catalog }: DecisionContext,
): readonly Lookup<'address_book'>[] {
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') return [];
  return [addressBookEntry(accountId, destination.asset, destination.network, place.key, place.tag)];
}

function checkWhitelist(
  account: Account,
  destination: Destination,
  rows: Rows,
  context: DecisionContext,
): Rejection<'address-not-whitelisted'> | undefined {
  if (!account.whitelistOnly) return undefined;
  const [lookup] = entryLookups(account.id, destination, context);
  const entry = lookup && rows.one(lookup);
  const { settings } = context.catalog;
  if (entry !== undefined && isWhitelisted(entry, settings, context.nowMs)) return undefined;
  const from = entry === undefined ? null : whitelistedFrom(entry, settings);
  const { address, asset, network } = destination;
  return reject('address-not-whitelisted', { address, asset, network, from });
}

/** A withdrawal that was submitted before counts once, however long ago that was. */
function checkQuota(
  { id: accountId, withdrawQuotaUsd: quota }: Account,
  { id, asset, amount }: Ruled,
  rows: Rows,
  context: DecisionContext,
): Rejection<'price-missing' | 'quota-exceeded'> | undefined {
  const limit = quota === null ? null : parseDecimal(quota);
  if (quota === null || limit === null) return undefined;
  if (!context.catalog.prices.has(asset)) return reject('price-missing', { asset });
  const others = countedIn(accountId, rows, context).filter((row) => row.id !== id);
  const value = valueInUsd([...others, { asset, amount }], context.catalog);
  const excess = addDecimals(value, { ...limit, coefficient: -limit.coefficient });
  return excess.coefficient > 0n ? reject('quota-exceeded', { quota }) : undefined;
}
