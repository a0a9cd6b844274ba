/**
 * The rules that an operator sets for the withdrawals of one account. They apply to every withdrawal, also within the
 * exchange, and are checked when it is submitted, confirmed and approved.
 *
 * An account without such rules costs no lookup: its row says so.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { whitelistedFrom } from '../../domain/withdrawal/whitelist.ts';
import { addressBookEntry } from '../../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Destination, placeOf } from './withdrawal-send.ts';

type Account = Row<'accounts'>;

/** The lookups that `checkAccountRules` needs. */
export function accountRuleLookups(
  account: Account | undefined,
  destination: Destination,
  context: DecisionContext,
): readonly Lookup[] {
  if (account === undefined) return [];
  return account.whitelistOnly ? entryLookups(account, destination, context) : [];
}

export function checkAccountRules(
  account: Account,
  destination: Destination,
  rows: Rows,
  context: DecisionContext,
): Rejection<'address-not-whitelisted'> | undefined {
  return account.whitelistOnly ? checkWhitelist(account, destination, rows, context) : undefined;
}

/** Empty if the destination is not valid on its network, so that no address book can have it. */
function entryLookups(
  { id }: Account,
  destination: Destination,
  { catalog }: DecisionContext,
): readonly Lookup<'address_book'>[] {
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') return [];
  return [addressBookEntry(id, destination.asset, destination.network, place.key, place.tag)];
}

function checkWhitelist(
  account: Account,
  destination: Destination,
  rows: Rows,
  context: DecisionContext,
): Rejection<'address-not-whitelisted'> | undefined {
  const [lookup] = entryLookups(account, destination, context);
  const entry = lookup && rows.one(lookup);
  const from = entry === undefined ? null : whitelistedFrom(entry, context.catalog.settings);
  if (from !== null && from <= context.nowMs) return undefined;
  const { address, asset, network } = destination;
  return reject('address-not-whitelisted', { address, asset, network, from });
}
