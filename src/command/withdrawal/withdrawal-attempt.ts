/**
 * Stores a further transaction for a withdrawal that was broadcast, at an operator's request: the network can
 * confirm either the new one or one of those before it.
 *
 * The only transaction of a withdrawal is stored in its row. When there are several, all of them are rows of
 * `withdrawal_attempts`, and the row keeps the id of the latest one. The bytes may be sent only after this commit.
 */
import type { PreparedTransaction } from '../../chain/port.ts';
import { reject } from '../../contract/errors.ts';
import { isInMaintenance } from '../../domain/catalog/catalog.ts';
import { attemptsOf, withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { isFailing } from './withdrawal-fail.ts';

export type FurtherAttempt = {
  readonly id: string;
  /** The number of the attempt, for which the transaction was prepared: 2 or more. */
  readonly attempt: number;
  readonly transaction: PreparedTransaction;
  readonly operator: Operator;
};

type AttemptError =
  | 'withdrawal-unknown'
  | 'withdrawal-stage-wrong'
  | 'withdrawal-failing'
  | 'network-manual'
  | 'sending-suspended'
  | 'withdrawal-sent-again';

/** The reply is the withdrawal as committed. */
export const addWithdrawalAttempt: Command<FurtherAttempt, Row<'withdrawals'>, AttemptError> = {
  name: 'withdrawal-attempt',
  prefetch: [({ id }) => [withdrawalById(id), attemptsOf(id)]],
  decide({ id, attempt, transaction, operator }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return reject('withdrawal-unknown', { id });
    if (row.stage !== 'broadcast')
      return reject('withdrawal-stage-wrong', { id, stage: row.stage, allowed: ['broadcast'] });
    if (row.claim !== null) return reject('network-manual', { network: row.network });
    if (isFailing(row)) return reject('withdrawal-failing', { id });
    if (isInMaintenance(context.catalog)) return reject('sending-suspended');
    const earlier = rows.all(attemptsOf(id));
    if (attempt !== nextAttempt(earlier)) return reject('withdrawal-sent-again', { id });
    const { network } = row;
    const work = new UnitOfWork(rows, context);
    const store = (number: number, { txId, signedTransaction }: PreparedTransaction) => {
      const attempted = { withdrawalId: id, attempt: number, network, txId, signedTransaction };
      const own = { claim: null, confirmations: null };
      const row = { ...attempted, ...own, state: 'sent' as const, createdAt: context.nowMs };
      work.write({ insert: 'withdrawal_attempts', row });
    };
    if (row.signedTransaction !== null) {
      store(1, { txId: row.txId, signedTransaction: row.signedTransaction });
    }
    store(attempt, transaction);
    const set = { txId: transaction.txId, signedTransaction: null };
    work.write({ update: 'withdrawals', key: { id }, set });
    work.audit(operator, 'withdrawal-attempt', id, { attempt, from: row.txId, to: transaction.txId });
    return work.reply({ ...row, ...set });
  },
};

/** @param earlier empty if the only attempt so far is in the withdrawal's row. */
export function nextAttempt(earlier: readonly Pick<Row<'withdrawal_attempts'>, 'attempt'>[]): number {
  return Math.max(1, ...earlier.map(({ attempt }) => attempt)) + 1;
}
