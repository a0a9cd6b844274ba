/** A deposit as the operations of sapi show it. */
import { formatUnits } from '../contract/decimal.ts';
import { shownDepositStatus } from '../contract/deposit-status.ts';
import type { depositRow } from '../contract/sapi/capital/deposit-row.ts';
import type { Static } from '../contract/schema.ts';
import { type Catalog, scaleOf } from '../domain/catalog/catalog.ts';
import { depositTermsOf } from '../domain/deposit/deposit-terms.ts';
import { isInternalTransfer, shownToday } from '../domain/ledger/internal-transfer.ts';
import type { Row } from '../store/tables.ts';

/** The deposit has a stage that customers see. */
export function viewDeposit(row: Row<'deposits'>, catalog: Catalog): Static<typeof depositRow> {
  const { minConfirm, unlockConfirm } = depositTermsOf(catalog, row.asset, row.network);
  const isInternal = isInternalTransfer(row.txId);
  return {
    id: `${row.seq}`,
    amount: formatUnits(row.amount, scaleOf(catalog, row.asset)),
    coin: row.asset,
    network: row.network,
    status: shownDepositStatus(row.stage),
    address: row.address,
    addressTag: row.addressTag,
    txId: shownToday(row.txId),
    insertTime: row.insertedAt,
    transferType: isInternal ? 1 : 0,
    confirmTimes: isInternal ? '1/1' : `${row.confirmations}/${minConfirm}`,
    unlockConfirm,
    walletType: 0,
  };
}
