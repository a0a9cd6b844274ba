/** Whose a deposit is already: an operator cannot give it to anybody else, nor send it away. */
import type { Rejection } from '../../contract/errors.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { accountById } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { conflict } from '../operator-refusal.ts';

type Owned = Pick<Row<'deposits'>, 'accountId'>;

export const ownerLookup = ({ accountId }: Owned): Lookup<'accounts'> => accountById(accountId);

/** @returns undefined for a deposit that nobody owns. */
export function ownedAlready({ accountId }: Owned, rows: Rows): Rejection | undefined {
  if (accountId === unattributedAccountId) return undefined;
  const email = rows.one(accountById(accountId))?.email;
  return conflict(`The deposit already belongs to an account: ${email}.`);
}
