/** Deposits that cannot be assigned or returned: those that have an owner, and those that the chain has lost. */
import { type Rejection, reject } from '../../contract/errors.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { accountById } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';

type Owned = Pick<Row<'deposits'>, 'accountId'>;

export const ownerLookup = ({ accountId }: Owned): Lookup<'accounts'> => accountById(accountId);

/** @returns null if the deposit has no owner. */
export function ownerEmail({ accountId }: Owned, rows: Rows): string | null {
  if (accountId === unattributedAccountId) return null;
  return rows.one(accountById(accountId))?.email ?? null;
}

/** @returns undefined if the deposit has no owner. */
export function ownedAlready(deposit: Owned, rows: Rows): Rejection<'deposit-owned'> | undefined {
  const email = ownerEmail(deposit, rows);
  if (email === null) return undefined;
  return reject('deposit-owned', { email });
}

/** @returns undefined unless the block of the deposit was reorganised away. */
export function lostByChain({
  reorganisedAt,
}: Pick<Row<'deposits'>, 'reorganisedAt'>): Rejection<'deposit-reorganised'> | undefined {
  if (reorganisedAt === null) return undefined;
  return reject('deposit-reorganised');
}
