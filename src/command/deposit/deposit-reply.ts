/** A deposit as commands return it. It is stored with an idempotency key, so it must be representable in JSON. */
import type { Row } from '../../store/tables.ts';

/** The amount is the number of units as text. */
export type DepositReply = Omit<Row<'deposits'>, 'seq' | 'amount'> & { readonly amount: string };

type Given = Omit<Row<'deposits'>, 'seq'> & { readonly seq?: number };

export function depositReply({ seq: _, amount, ...row }: Given): DepositReply {
  return { ...row, amount: `${amount}` };
}
