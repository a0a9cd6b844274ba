/** A withdrawal as the operations of sapi show it. */
import { formatUnits } from '../contract/decimal.ts';
import type { withdrawalRow } from '../contract/sapi/capital/withdrawal-row.ts';
import type { Static } from '../contract/schema.ts';
import { wireStatus } from '../contract/withdrawal-status.ts';
import { assetOf, type Catalog, networkOf } from '../domain/catalog/catalog.ts';
import { isInternalTransfer, shownToday } from '../domain/ledger/internal-transfer.ts';
import type { Row } from '../store/tables.ts';
import { utcSeconds } from './utc-text.ts';

type Withdrawal = Row<'withdrawals'>;

export function viewWithdrawal(row: Withdrawal, catalog: Catalog): Static<typeof withdrawalRow> {
  const { scale } = assetOf(catalog, row.asset);
  return {
    id: row.id,
    amount: formatUnits(row.amount - row.fee, scale),
    transactionFee: formatUnits(row.fee, scale),
    coin: row.asset,
    status: wireStatus(row.stage),
    address: row.address,
    ...(row.addressTag !== '' && { addressTag: row.addressTag }),
    txId: shownToday(row.txId),
    applyTime: utcSeconds(row.appliedAt),
    network: row.network,
    transferType: isInternalTransfer(row.txId) ? 1 : 0,
    ...(row.orderId !== null && { withdrawOrderId: row.orderId }),
    info: row.stage === 'failed' ? (row.failure ?? '') : '',
    confirmNo: confirmationsOf(row, catalog),
    walletType: row.wallet === 'funding' ? 1 : 0,
    txKey: '',
    ...(row.stage === 'completed' && row.settledAt !== null && { completeTime: utcSeconds(row.settledAt) }),
  };
}

/** A withdrawal is completed by its last confirmation; after that they are not counted. */
function confirmationsOf({ asset, network, stage, txId }: Withdrawal, catalog: Catalog): number {
  if (stage !== 'completed' || isInternalTransfer(txId)) return 0;
  return networkOf(assetOf(catalog, asset), network)?.minConfirm ?? 1;
}
