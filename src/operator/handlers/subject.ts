/** What operations are about, found by the names that operators use, and the details that all of them render alike. */
import { type Decimal, formatUnits, parseDecimal } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { Page, Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';

const defaultPageLimit = 100;

export function pageOf({ limit = defaultPageLimit, offset = 0 }: { limit?: number; offset?: number }): Page {
  return { limit, offset };
}

/** The account of an e-mail, or the refusal that says that there is none. */
export async function accountNamed(
  { reads }: Pick<OperatorParts, 'reads'>,
  email: string,
): Promise<Row<'accounts'> | Rejection> {
  const known = normaliseEmail(email);
  return (
    (await reads.row('accounts', { email: known })) ??
    reject('operator-not-found', { what: `account ${known}` })
  );
}

/** E-mails of the accounts of a page, by id. */
export async function emailsOf(
  reads: Reads,
  accountIds: readonly (number | null)[],
): Promise<(accountId: number) => string> {
  const emails = new Map<number, string>();
  for (const id of new Set(accountIds)) {
    if (id === null) continue;
    const account = await reads.row('accounts', { id });
    if (account !== undefined) emails.set(id, account.email);
  }
  return (accountId) => emails.get(accountId) ?? '';
}

/** Canonical decimal text of an amount of an asset. */
export function amountText(
  { catalog }: Pick<OperatorParts, 'catalog'>,
  asset: string,
  units: bigint,
): string {
  return formatUnits(units, catalog().assets.get(asset)?.scale ?? 0);
}

/** A decimal that the contract has checked already. */
export function decimalOf(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`'${text}' passed the contract and is no decimal`);
  return value;
}
