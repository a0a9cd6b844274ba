/** Parts that the operations on sub-accounts share in both dialects. */
import { isRejection, type Rejection, reject } from '../contract/errors.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { Page, Range } from '../store/reads/page.ts';
import type { Row } from '../store/tables.ts';
import type { HandlerParts } from './handler.ts';

type Account = Row<'accounts'>;

/**
 * A `+` in a form decodes to a space, but clients send e-mails such as `trader+1@…` unencoded. No e-mail has a space.
 */
export const emailInForm = (email: string) => normaliseEmail(email).replaceAll(' ', '+');

const dayMs = 86_400_000;
/** spec: the history of transfers covers the last 100 days unless a range is given. */
const historyDays = 100;

export function historyRange(
  { startTime, endTime }: { readonly startTime: number | undefined; readonly endTime: number | undefined },
  { clock }: Pick<HandlerParts, 'clock'>,
): Required<Range> {
  const from = startTime ?? Math.max(0, (endTime ?? clock.world.now()) - historyDays * dayMs);
  return { from, to: endTime ?? Number.MAX_SAFE_INTEGER };
}

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

/** @returns the account with this e-mail if it is a sub-account of the master. */
export async function subAccountOf(
  email: string,
  master: Account,
  { reads }: Pick<HandlerParts, 'reads'>,
): Promise<Account | Rejection<'sub-account-unrelated'>> {
  const row = await reads.row('accounts', { email: emailInForm(email) });
  return row !== undefined && row.masterId === master.id ? row : reject('sub-account-unrelated');
}

type Sides = { readonly fromEmail: OptionalEmail; readonly toEmail: OptionalEmail };
type TransferSide = { readonly fromAccountId: number } | { readonly toAccountId: number };

/** Selects the transfers that a history shows: those from or to the account that it names, or those from the master. */
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
