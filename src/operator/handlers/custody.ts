import * as operations from '../../contract/operator/custody.ts';
import { openStages } from '../../contract/withdrawal-stages.ts';
import { takesCustody } from '../../query/integrity-custody.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { openWithdrawals } from '../lists/open-withdrawals.ts';
import { amountText } from './subject.ts';

const placeOf = ({ asset, network }: { asset: string; network: string }) => `${asset} ${network}`;

export const listCustody = implement(operations.listCustody, async (_input, _operator, parts) => {
  // Reserved amounts are read first, so that a withdrawal that is claimed meanwhile is not counted twice.
  const reserved = await reservedBy(parts);
  const rows = await parts.reads.rows('custody', {});
  return { custody: rows.map((row) => viewOf(row, reserved, parts)) };
});

function viewOf(row: Row<'custody'>, reserved: ReadonlyMap<string, bigint> | null, parts: OperatorParts) {
  const { asset, network, available, waiting } = row;
  return {
    asset,
    network,
    available: amountText(parts, asset, available),
    reserved: reserved && amountText(parts, asset, reserved.get(placeOf(row)) ?? 0n),
    waiting,
  };
}

/** @returns the net amounts that withdrawals have reserved, by asset and network; null if there are too many. */
async function reservedBy({ reads }: OperatorParts): Promise<ReadonlyMap<string, bigint> | null> {
  const sums = new Map<string, bigint>();
  for (const stage of openStages.filter((each) => takesCustody.has(each))) {
    const rows = await openWithdrawals(reads, stage);
    if (rows === null) return null;
    for (const row of rows) {
      const place = placeOf(row);
      sums.set(place, (sums.get(place) ?? 0n) + row.amount - row.fee);
    }
  }
  return sums;
}
