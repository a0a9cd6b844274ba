/** Applies confirmations to a deposit: it is credited and held, then released. Without an owner it stays held. */
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { canMoveDeposit, type DepositStage } from '../../domain/deposit/deposit-stage.ts';
import { depositTermsOf } from '../../domain/deposit/deposit-terms.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * Posts the transfers. The caller must prefetch `custodyOf` the asset, because a credit increases custody.
 * @returns the stage of a deposit with this number of confirmations.
 */
export function advanceDeposit(
  work: UnitOfWork,
  row: Row<'deposits'>,
  confirmations: number,
  catalog: Catalog,
): DepositStage {
  const stage = row.stage;
  const { depositEnabled, minConfirm, unlockConfirm } = depositTermsOf(catalog, row.asset, row.network);
  const isUnlocked = confirmations >= unlockConfirm;
  if (stage === 'credited') return isUnlocked ? unlock(work, row) : stage;
  const waits = stage === 'pending' || (stage === 'suspended' && depositEnabled);
  if (!waits) return stage;
  const isUnattributed = row.accountId === unattributedAccountId;
  if (confirmations < (isUnattributed ? unlockConfirm : minConfirm)) return 'pending';
  credit(work, row);
  if (isUnattributed) return 'unattributed';
  return isUnlocked ? unlock(work, row) : 'credited';
}

/**
 * Changes a deposit.
 * @returns the columns that change.
 * @throws an error if the transition of its stage is not allowed.
 */
export function updateDeposit(
  work: UnitOfWork,
  row: Row<'deposits'>,
  set: Partial<Row<'deposits'>>,
): Partial<Row<'deposits'>> {
  const [from, to] = [row.stage, set.stage ?? row.stage];
  if (to !== from && !canMoveDeposit(from, to))
    throw new Error(`a deposit that is ${from} cannot become ${to}`);
  const { stage, ...rest } = set;
  const completedAt = to === 'completed' ? work.nowMs : null;
  const changed = to === from ? rest : { ...rest, stage: to, completedAt };
  work.write({ update: 'deposits', key: { id: row.id }, set: changed });
  return changed;
}

function credit(work: UnitOfWork, { id, accountId, asset, network, amount }: Row<'deposits'>): void {
  work.post({
    kind: 'deposit-credit',
    asset,
    amount,
    debit: exchangeAccounts.custody(network),
    credit: customerAccount(accountId, 'held'),
    reference: id,
  });
  work.custody.add({ asset, network }, amount);
}

function unlock(work: UnitOfWork, { id, accountId, asset, amount }: Row<'deposits'>): DepositStage {
  work.post({
    kind: 'deposit-unlock',
    asset,
    amount,
    debit: customerAccount(accountId, 'held'),
    credit: customerAccount(accountId, 'free'),
    reference: id,
  });
  return 'completed';
}
