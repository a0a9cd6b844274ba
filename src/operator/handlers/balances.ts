import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/balances.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorHandler, type OperatorParts, orReplayed } from '../handler.ts';
import { accountNamed, amountText, decimalOf } from './subject.ts';

type Booking = OperatorHandler<typeof operations.creditAccount>;

export const creditAccount = implement(operations.creditAccount, (...request) =>
  adjust('credit', ...request),
);
export const debitAccount = implement(operations.debitAccount, (...request) => adjust('debit', ...request));

async function adjust(
  direction: 'credit' | 'debit',
  { path: { email }, body: { asset, amount, backed, network }, idempotency }: Parameters<Booking>[0],
  operator: Parameters<Booking>[1],
  parts: OperatorParts,
): Promise<Awaited<ReturnType<Booking>>> {
  const outcome = unwrap(
    await parts.commands.submit('adjustBalance', {
      operator,
      email,
      asset,
      amount: decimalOf(amount),
      direction,
      idempotency,
      backed,
      network,
    }),
  );
  if (isRejection(outcome)) return outcome;
  const { id: _, replayed: __, ...balance } = outcome.done;
  return orReplayed(balance, outcome.done);
}

export const listBalances = implement(
  operations.listBalances,
  async ({ path: { email } }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const rows = await parts.reads.rows('balances', { accountId: account.id });
    return { email: account.email, balances: rows.map((row) => view(parts, row)) };
  },
);

function view(parts: OperatorParts, { asset, wallet, free, held }: Row<'balances'>) {
  return { asset, wallet, free: amountText(parts, asset, free), held: amountText(parts, asset, held) };
}
