/**
 * Assigns an unattributed deposit to an account, on behalf of an operator. A confirmed deposit is credited at once; any
 * other is credited on confirmation. A deposit below the minimum that has an owner can only be credited to that owner.
 */
import { formatUnits } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import type { DepositStage } from '../../domain/deposit/deposit-stage.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { customerAccount } from '../../domain/ledger/ledger.ts';
import { accountByEmail, balanceOf, depositById } from '../../store/lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { updateDeposit } from './deposit-advance.ts';
import { lostByChain, ownedAlready, ownerLookup } from './deposit-owner.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type DepositAssignment = {
  readonly operator: Operator;
  readonly id: string;
  readonly email: string;
};

/** `email` is the e-mail of the account. */
export type DepositAssigned = { readonly deposit: DepositReply; readonly email: string };

export const assignDeposit: Command<
  DepositAssignment,
  DepositAssigned,
  'reason-missing' | 'deposit-unknown' | 'account-unknown' | StateError
> = {
  name: 'deposit-assign',
  prefetch: [
    ({ id, email }) => [depositById(id), accountByEmail(normaliseEmail(email))],
    ({ id, email }, rows) => {
      const deposit = rows.one(depositById(id));
      const account = rows.one(accountByEmail(normaliseEmail(email)));
      if (deposit === undefined || account === undefined) return [];
      return [
        ownerLookup(deposit),
        balanceOf(deposit.accountId, deposit.asset),
        balanceOf(account.id, deposit.asset),
      ];
    },
  ],
  decide({ operator, id, ...assignment }, rows, context) {
    if (operator.reason.trim() === '') return reject('reason-missing', { action: 'assign-deposit' });
    const email = normaliseEmail(assignment.email);
    const deposit = rows.one(depositById(id));
    if (deposit === undefined) return reject('deposit-unknown', { id });
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const rejection = rejectionOf(deposit, account.id, rows);
    if (rejection !== undefined) return rejection;
    const work = new UnitOfWork(rows, context);
    const stage = stageOnceAssigned(deposit.stage);
    if (stage === 'completed') moveTo(account.id, deposit, work);
    const change = updateDeposit(work, deposit, { accountId: account.id, stage });
    const { asset, amount } = deposit;
    const amountText = formatUnits(amount, scaleOf(context.catalog, asset));
    const details = { email, asset, amount: amountText, from: deposit.stage, to: stage };
    work.audit(operator, 'deposit-assign', id, details);
    return work.reply({ deposit: depositReply({ ...deposit, ...change }), email });
  },
};

type StateError = 'deposit-below-unit' | 'deposit-owned' | 'deposit-stage-wrong' | 'deposit-reorganised';

function rejectionOf(
  deposit: Row<'deposits'>,
  newOwner: number,
  rows: Rows,
): Rejection<StateError> | undefined {
  const { accountId, stage, amount } = deposit;
  if (stage === 'below-minimum') {
    if (amount === 0n) return reject('deposit-below-unit', { id: deposit.id });
    return accountId === newOwner ? undefined : ownedAlready(deposit, rows);
  }
  const owned = ownedAlready(deposit, rows);
  if (owned !== undefined) return owned;
  if (stage === 'returning' || stage === 'returned')
    return reject('deposit-stage-wrong', { id: deposit.id, stage });
  return lostByChain(deposit);
}

function stageOnceAssigned(stage: DepositStage): DepositStage {
  if (stage === 'unattributed') return 'completed';
  // As a pending deposit it is credited by its confirmations.
  return stage === 'below-minimum' ? 'pending' : stage;
}

function moveTo(accountId: number, { id, asset, amount }: Row<'deposits'>, work: UnitOfWork): void {
  work.post({
    kind: 'deposit-assign',
    asset,
    amount,
    debit: customerAccount(unattributedAccountId, 'held'),
    credit: customerAccount(accountId, 'free'),
    reference: id,
  });
}
