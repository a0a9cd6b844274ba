/** A deposit as commands answer it: kept with an idempotency key, so it must be what JSON can carry. */
import type { Row } from '../../store/tables.ts';

/** The amount as text of units. */
export type DepositReply = Omit<Row<'deposits'>, 'seq' | 'amount'> & { readonly amount: string };

type Given = Omit<Row<'deposits'>, 'seq'> & { readonly seq?: number };

export function depositReply({ seq: _, amount, ...row }: Given): DepositReply {
  return { ...row, amount: `${amount}` };
}
