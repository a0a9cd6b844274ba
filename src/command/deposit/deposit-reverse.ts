/**
 * Takes back, on behalf of an operator, the credit of a deposit whose block was reorganised away. Like a deposit that was
 * not credited, it has then vanished: if the chain confirms its output again, it is credited again.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { balanceOf, custodyOf, depositById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { updateDeposit } from './deposit-advance.ts';
import { ownerEmail, ownerLookup } from './deposit-owner.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type DepositReversal = { readonly operator: Operator; readonly id: string };

/** `email`: of the owner; null if there is none. */
export type DepositReversed = { readonly deposit: DepositReply; readonly email: string | null };

export const reverseDeposit: Command<
  DepositReversal,
  DepositReversed,
  'reason-missing' | 'deposit-unknown' | StateError
> = {
  name: 'deposit-reverse',
  prefetch: [
    ({ id }) => [depositById(id)],
    ({ id }, rows) => {
      const row = rows.one(depositById(id));
      return row ? [ownerLookup(row), balanceOf(row.accountId, row.asset), custodyOf(row.asset)] : [];
    },
  ],
  decide({ id, operator }, rows, context) {
    if (operator.reason.trim() === '') return reject('reason-missing', { action: 'reverse-deposit' });
    const row = rows.one(depositById(id));
    if (row === undefined) return reject('deposit-unknown', { id });
    const work = new UnitOfWork(rows, context);
    const rejection = rejectionOf(row, work);
    if (rejection !== undefined) return rejection;
    const { accountId, asset, network, amount, stage } = row;
    work.post({
      kind: 'deposit-reverse',
      asset,
      amount,
      debit: customerAccount(accountId, stage === 'completed' ? 'free' : 'held'),
      credit: exchangeAccounts.custody(network),
      reference: id,
    });
    work.custody.add(row, -amount);
    const set = updateDeposit(work, row, { stage: 'vanished', reorganisedAt: null });
    work.audit(operator, 'deposit-reverse', id, { from: stage, to: 'vanished' });
    return work.reply({ deposit: depositReply({ ...row, ...set }), email: ownerEmail(row, rows) });
  },
};

type StateError =
  | 'deposit-not-reorganised'
  | 'deposit-in-block-again'
  | 'deposit-stage-wrong'
  | 'owner-balance-insufficient'
  | 'custody-insufficient';

function rejectionOf(row: Row<'deposits'>, work: UnitOfWork): Rejection<StateError> | undefined {
  const { id, accountId, asset, network, amount, stage, reorganisedAt, blockHeight } = row;
  if (reorganisedAt === null) return reject('deposit-not-reorganised', { id });
  if (blockHeight !== null) return reject('deposit-in-block-again', { id });
  if (stage !== 'credited' && stage !== 'completed' && stage !== 'unattributed')
    return reject('deposit-stage-wrong', { id, stage });
  if (stage === 'completed' && work.free(accountId, asset) < amount)
    return reject('owner-balance-insufficient', { asset });
  if (work.custody.at({ asset, network }).available < amount)
    return reject('custody-insufficient', { asset, network });
  return undefined;
}
