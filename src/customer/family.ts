/** What the operations on sub-accounts share in both dialects. */
import { isRejection, type Rejection, reject } from '../contract/errors.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { Page } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import type { HandlerParts } from './handler.ts';

type Account = Row<'accounts'>;

/**
 * A `+` in a form decodes to a space, but clients send e-mails such as `trader+1@…` unencoded. No e-mail has a space.
 */
export const emailInForm = (email: string) => normaliseEmail(email).replaceAll(' ', '+');

type OptionalEmail = string | undefined;
export const optionalEmail = (email: OptionalEmail) => (email === undefined ? undefined : emailInForm(email));

/** The page with a number, from 1. */
export function pageNumbered(page: number | undefined, limit: number): Page {
  return { limit, offset: ((page ?? 1) - 1) * limit };
}

/** @returns the account with this e-mail if it is the master or one of its sub-accounts. */
export async function familyMember(
  email: string,
  master: Account,
  { reads }: Pick<HandlerParts, 'reads'>,
): Promise<Account | Rejection<'sub-account-unrelated'>> {
  const row = await reads.row('accounts', { email: emailInForm(email) });
  return row !== undefined && (row.id === master.id || row.masterId === master.id)
    ? row
    : reject('sub-account-unrelated');
}

type Sides = { readonly fromEmail: OptionalEmail; readonly toEmail: OptionalEmail };
type TransferSide = { readonly fromAccountId: number } | { readonly toAccountId: number };

/** Which transfers a history shows: those from or to the account that it names, or those from the master. */
export async function transferSide(
  { fromEmail, toEmail }: Sides,
  master: Account,
  parts: Pick<HandlerParts, 'reads'>,
): Promise<TransferSide | Rejection<'parameters-conflicting' | 'sub-account-unrelated'>> {
  if (fromEmail !== undefined && toEmail !== undefined)
    return reject('parameters-conflicting', { parameters: ['fromEmail', 'toEmail'] });
  if (toEmail !== undefined) {
    const to = await familyMember(toEmail, master, parts);
    return isRejection(to) ? to : { toAccountId: to.id };
  }
  const from = fromEmail === undefined ? master : await familyMember(fromEmail, master, parts);
  return isRejection(from) ? from : { fromAccountId: from.id };
}
