/** Helpers that handlers share: lookup of accounts by e-mail, and rendering of amounts. */

import { type Decimal, formatUnits, parseDecimal } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { AccountReads } from '../../store/reads/accounts.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';

/** The rejection of a body whose code differs from the one in the path. */
export const otherThanPath = (field: string, inBody: string, inPath: string) =>
  invalid(`body.${field}: is ${inBody}, but the path contains ${inPath}; send the same value or omit it`);

/** @returns the account with this e-mail, or a rejection if there is none. */
export async function accountNamed(
  { reads }: Pick<OperatorParts, 'reads'>,
  email: string,
): Promise<Row<'accounts'> | Rejection<'account-unknown'>> {
  const known = normaliseEmail(email);
  return (await reads.row('accounts', { email: known })) ?? reject('account-unknown', { account: known });
}

/** @returns a function from account id to e-mail for the given accounts. */
export async function emailsOf(
  reads: AccountReads,
  accountIds: readonly (number | null)[],
): Promise<(accountId: number) => string> {
  const ids = new Set(accountIds.filter((id) => id !== null));
  const emails = await reads.emailsOf([...ids]);
  return (accountId) => {
    const email = emails.get(accountId);
    if (email === undefined) throw new Error(`account ${accountId} does not exist`);
    return email;
  };
}

/** @returns an amount as canonical decimal text. */
export function amountText(
  { catalog }: Pick<OperatorParts, 'catalog'>,
  asset: string,
  units: bigint,
): string {
  return formatUnits(units, scaleOf(catalog(), asset));
}

/** Parses a decimal that the contract has already validated. */
export function decimalOf(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`'${text}' passed validation but is not a decimal`);
  return value;
}
