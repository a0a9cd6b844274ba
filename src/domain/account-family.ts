/** A master and its sub-accounts: they move balances among each other at will. A family has the id of its master. */
export function familyOf({
  id,
  masterId,
}: {
  readonly id: number;
  readonly masterId: number | null;
}): number {
  return masterId ?? id;
}
